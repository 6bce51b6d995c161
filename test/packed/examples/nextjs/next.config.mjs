// The same application is built several times, beside the one that is served; its types are checked once.
const distDir = process.env.DIST ?? '.next'

export default { distDir, typescript: { ignoreBuildErrors: distDir !== '.next' } }
