// The mistake: without the config, Next.js parses the body.
export { default } from '../webhooks/sighten/[event].ts'
