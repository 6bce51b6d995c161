/** Next.js calls this when the server starts. */
export async function register(): Promise<void> {
  // In this form, for bundlers: what is in the block is left out where there is an edge route, which has no disk.
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { workThrough } = await import('./lib/inbox.ts')
    const { work } = await import('./lib/work.ts')
    workThrough(work) // what waits since the last time
  }
}
