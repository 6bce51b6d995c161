// Workers are kept for several files. One that has run without node:crypto must not run this half of the suite.
if (Object.hasOwn(process, 'getBuiltinModule') && process.getBuiltinModule === undefined) {
  throw new Error('this worker was set up for the other half of the suite: node:crypto is out of reach')
}
