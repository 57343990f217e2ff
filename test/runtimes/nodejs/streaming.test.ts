import { describeCases } from './case.ts'

const streamed = (body: string, options = '') => ({
  'index.js': `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => { ${body} }${options})`,
})
const one = { payload: {} }

describeCases('response streaming', [
  {
    name: 'chunks',
    files: streamed(
      `stream.write('a'); await new Promise(r => setTimeout(r, 5)); stream.write(Buffer.from('ü')); stream.end('c')`,
    ),
    events: [one, one],
  },
  { name: 'a content type', files: streamed(`stream.setContentType('text/html'); stream.write('<p>'); stream.end()`) },
  { name: 'a content type too late', files: streamed(`stream.write('a'); stream.setContentType('text/html')`) },
  { name: 'an object', files: streamed(`stream.write({ a: 1 }); stream.end()`) },
  {
    name: 'a prelude',
    files: streamed(
      `stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' }, cookies: ['c=d'] }); stream.write('body'); stream.end()`,
    ),
  },
  {
    name: 'a prelude without a write',
    files: streamed(`stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); stream.end('body')`),
  },
  { name: 'nothing', files: streamed(`stream.end()`) },
  {
    name: 'a pipeline',
    files: streamed(`await require('stream/promises').pipeline(require('stream').Readable.from(['a', 'b', 'c']), stream)`),
  },
  { name: 'an error before anything', files: streamed(`throw new TypeError('early')`), events: [one, one] },
  { name: 'an error midstream', files: streamed(`stream.write('a'); throw new TypeError('mid\\x7Fstream')`), events: [one, one] },
  { name: 'no error midstream', files: streamed(`stream.write('a'); throw 'text'`) },
  { name: 'a value', files: streamed(`stream.end('a'); return 'ignored'`) },
  {
    name: 'a handler that is not async',
    files: { 'index.js': `exports.handler = awslambda.streamifyResponse((event, stream) => { stream.write('a') })` },
  },
  {
    name: '1 MB with a high water mark',
    files: streamed(
      `for (let i = 0; i < 16; i += 1) if (!stream.write('x'.repeat(65536))) await require('events').once(stream, 'drain'); stream.end()`,
      `, { highWaterMark: 4096 }`,
    ),
  },
  {
    name: 'three parameters and more',
    files: {
      'index.js': `exports.handler = awslambda.streamifyResponse(async (event, stream, context, more) => { stream.end(String(arguments.length)) })`,
    },
  },
])
