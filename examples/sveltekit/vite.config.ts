import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [
    sveltekit({
      adapter: adapter(),
      // SvelteKit's own check refuses webhooks of some content types. src/hooks.server.ts has it for all other routes.
      csrf: { trustedOrigins: ['*'] },
    }),
  ],
})
