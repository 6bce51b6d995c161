// The same application is built several times, beside the one that is served; its types are checked once.
const { DIST: distDir = '.next', BASE: basePath = '' } = process.env

export default { distDir, basePath, typescript: { ignoreBuildErrors: distDir !== '.next' } }
