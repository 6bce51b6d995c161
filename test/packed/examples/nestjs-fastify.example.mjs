import express, { checkParsers, checkRawBodyAlone } from './nestjs-express.example.mjs'

export default {
  ...express,
  framework: 'NestJS on Fastify',
  open: ({ openWith }) => openWith(['npm', 'run', 'start:fastify']),
  eaten: { ...express.eaten, command: ['node', 'dist/without-raw-body-fastify.js'] },
  more: checkOnFastify,
}

async function checkOnFastify(context) {
  await checkParsers(context)
  await checkRawBodyAlone(context, 'fastify', { long: 200, cut: 400, gzip: 400, text: 200, multipart: 415 })
}
