// Registers the contract of every sender with a test runner, whichever it is. With BROKEN_PROMISE in the environment one
// of them promises more than it does, so that it is seen whether the runner notices.
const { contractSuite } = require('countersign/testing')
const { providers } = require('./subjects.cjs')

exports.registerContract = (runner, modules) => {
  for (const [name, module] of Object.entries(modules)) {
    for (const subject of providers[name](module)) contractSuite(runner, promise(subject))
  }
}

function promise(subject) {
  if (process.env.BROKEN_PROMISE !== subject.name) return subject
  return { ...subject, covers: { ...subject.covers, url: !subject.covers.url } }
}
