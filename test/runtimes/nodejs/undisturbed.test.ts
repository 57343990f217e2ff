/** What function code does to its own process must not reach the Runtime API; and what has no counterpart in AWS's client. */
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runRuntime } from '../../support/run-runtime.ts'
import { ours } from './runtimes.ts'

const modules = join(import.meta.dirname, '../../../node_modules')
const events = [{ payload: {} }, { payload: {} }, { payload: {} }]
const answers = (requests: readonly { method: string; path: string; body: string }[]) =>
  requests.filter(request => request.method === 'POST').map(request => request.body)

describe.each(['nodejs24.x', 'nodejs22.x'] as const)('%s', runtime => {
  const run = (files: Record<string, string>, more: Partial<Parameters<typeof runRuntime>[0]> = {}) =>
    runRuntime({ files, handler: 'index.handler', runtime, command: ours, events, ...more })

  test('fake timers leave the Runtime API alone', async () => {
    const { requests, exit } = await run({
      'index.js': `const clock = require(${JSON.stringify(join(modules, '@sinonjs/fake-timers'))}).install({ now: 0 })
        exports.handler = async () => { const before = Date.now(); clock.tick(1000); return Date.now() - before }`,
    })
    expect(answers(requests)).toEqual(['1000', '1000', '1000'])
    expect(exit).toBe('waiting')
  })

  test('nock can forbid all connections but those of the runtime', async () => {
    const { requests } = await run({
      'index.js': `const { default: nock } = require(${JSON.stringify(join(modules, 'nock'))})
        nock.disableNetConnect()
        exports.handler = () => new Promise(resolve => require('http').get('http://127.0.0.1:9').on('error', e => resolve(e.code)))`,
    })
    expect(answers(requests)).toEqual(['"ENETUNREACH"', '"ENETUNREACH"', '"ENETUNREACH"'])
  })

  test('msw sees no request of the runtime', async () => {
    const { requests } = await run({
      'index.js': `const { setupServer } = require(${JSON.stringify(join(modules, 'msw/lib/node'))})
        const seen = []
        const server = setupServer()
        server.events.on('request:start', ({ request }) => seen.push(request.url))
        server.listen({ onUnhandledRequest: 'error' })
        exports.handler = async () => seen.length`,
    })
    expect(answers(requests)).toEqual(['0', '0', '0'])
  })

  test('a full pipe holds a log back and loses nothing', async () => {
    const { stdout } = await run({
      'index.js': `exports.handler = async () => { for (let i = 0; i < 200; i += 1) console.log('x'.repeat(5000)); process.exit(0) }`,
    })
    expect(stdout.split('\n').filter(line => line.endsWith('x'.repeat(5000)))).toHaveLength(200)
  })

  test('bodies of 6 MB go both ways', async () => {
    const payload = { text: 'x'.repeat(6 * 1024 * 1024) }
    const { requests } = await run({ 'index.js': 'exports.handler = async event => event' }, { events: [{ payload }] })
    expect(answers(requests)[0] === JSON.stringify(payload)).toBe(true)
  })

  test('writes coverage when it is asked to end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coverage-'))
    try {
      const { exit } = await run(
        { 'index.js': 'exports.handler = async () => 1' },
        { env: { NODE_V8_COVERAGE: folder }, endSignal: 'SIGTERM' },
      )
      expect(exit).toBe(0)
      const [file = ''] = await readdir(folder)
      expect(await readFile(join(folder, file), 'utf8')).toContain('/index.js')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('leaves SIGTERM to the function otherwise', async () => {
    const { exit } = await run({ 'index.js': 'exports.handler = async () => 1' }, { endSignal: 'SIGTERM' })
    expect(exit).toBe('SIGTERM')
  })
})

test('nodejs22.x fails an async handler whose promise never settles', async () => {
  const { requests, stdout, exit } = await runRuntime({
    files: { 'index.js': 'exports.handler = async () => new Promise(() => {})' },
    handler: 'index.handler',
    runtime: 'nodejs22.x',
    command: ours,
    events: events.slice(1),
  })
  expect(answers(requests).map(body => JSON.parse(body).errorType)).toEqual(['Runtime.NodeJsExit', 'Runtime.NodeJsExit'])
  expect(answers(requests)[0]).toContain('This is most commonly caused by a Promise that was never settled.')
  expect(stdout).toContain('Invoke Error')
  expect(exit).toBe('waiting')
})

describe('a broken Runtime API', () => {
  test.each([
    ['closes the connection', '', 'closed the connection'],
    ['speaks something else', 'SSH-2.0-OpenSSH\r\n\r\n', 'doesn\'t speak HTTP: it answered "SSH-2.0-OpenSSH"'],
    [
      'refuses an event',
      'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno',
      'answered GET /2018-06-01/runtime/invocation/next with 403: no',
    ],
    ['sends a malformed header', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n', 'sent a malformed header: "nonsense"'],
    [
      'sends a chunked body',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
      'answered without a Content-Length (HTTP/1.1 200 OK)',
    ],
    ['ends within a body', 'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}', 'closed the connection'],
  ])('that %s ends the process', async (_what, answer, message) => {
    const server = createServer(socket => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end(answer))
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as { port: number }
    try {
      const { stderr, exit } = await runRuntime({
        files: { 'index.js': 'exports.handler = async () => 1' },
        handler: 'index.handler',
        runtime: 'nodejs24.x',
        command: ours,
        env: { AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}` },
      })
      expect(stderr).toBe(`lambda-fixtures: the Runtime API at 127.0.0.1:${port} ${message}\n`)
      expect(exit).toBe(1)
    } finally {
      server.close()
    }
  })
})
