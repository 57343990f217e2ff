import { describe, expect, test } from 'vitest'
import { comparableLine } from '../../support/normalise-runtime.ts'
import { runRuntime } from '../../support/run-runtime.ts'
import { describeCases } from './case.ts'
import { officialFor, ours } from './runtimes.ts'

const everything = `
class OrderError extends TypeError { constructor(m) { super(m); this.name = 'Order'; this.order = 7 } }
const circular = { a: 1 }; circular.self = circular
function speak() {
  for (const method of ['trace', 'debug', 'log', 'info', 'warn', 'error', 'fatal']) {
    console[method](method)
    console[method]('%s is %d', method, 42, { rest: true })
  }
  console.log()
  console.log(undefined, null)
  console.log({ a: { b: { c: { d: 1 } } }, list: [1, 2] })
  console.log('two\\nlines')
  console.log(new OrderError('alone'))
  console.log('with', new OrderError('second'))
  console.log(new OrderError('first'), 'then')
  console.log({ error: new OrderError('inside') })
  console.log(circular)
  console.log(1n, Symbol('s'))
  console.log(1n)
  console.log('ü😀')
  console.log(Object.assign(new Error('odd'), { stack: 5 }))
}
speak()
exports.handler = async () => { speak(); process.stdout.write('raw\\n'); console.table([{ a: 1 }]); console.assert(false, 'assert'); console.dir({ d: 1 }); throw new OrderError('thrown') }
`
const files = { 'index.js': everything }
const tenant = [{ payload: {}, headers: { 'Lambda-Runtime-Aws-Tenant-Id': 'tenant' } }]

describeCases('console', [
  { name: 'text', files },
  { name: 'JSON', files, env: { AWS_LAMBDA_LOG_FORMAT: 'JSON' }, events: tenant },
  { name: 'json in lower case', files, env: { AWS_LAMBDA_LOG_FORMAT: 'json' } },
  { name: 'an unknown format and level', files, env: { AWS_LAMBDA_LOG_FORMAT: 'YAML', AWS_LAMBDA_LOG_LEVEL: 'LOUD' } },
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'fatal'].map(level => ({
    name: `JSON from ${level}`,
    files,
    env: { AWS_LAMBDA_LOG_FORMAT: 'JSON', AWS_LAMBDA_LOG_LEVEL: level },
  })),
  { name: 'text from WARN', files, env: { AWS_LAMBDA_LOG_LEVEL: 'WARN' } },
])

describe.each(['nodejs24.x', 'nodejs22.x'] as const)('telemetry frames on %s', runtime => {
  test.each(['Text', 'JSON'])('%s', async format => {
    const run = { files, handler: 'index.handler', runtime, telemetry: true }
    const env = { _LAMBDA_TELEMETRY_LOG_FD: '3', AWS_LAMBDA_LOG_FORMAT: format }
    const official = await runRuntime({ ...run, env, command: await officialFor(runtime) })
    const own = await runRuntime({ ...run, env, command: ours })
    expect(frames(own.telemetry).map(comparableFrame)).toEqual(frames(official.telemetry).map(comparableFrame))
    expect(frames(own.telemetry).length).toBeGreaterThan(40)
    expect(own.stdout).toBe(official.stdout)
  })

  test('hides the descriptor from the function', async () => {
    const { requests } = await runRuntime({
      files: { 'index.js': `exports.handler = async () => '_LAMBDA_TELEMETRY_LOG_FD' in process.env` },
      handler: 'index.handler',
      runtime,
      telemetry: true,
      env: { _LAMBDA_TELEMETRY_LOG_FD: '3' },
      command: ours,
    })
    expect(requests[1]?.body).toBe('false')
  })
})

interface Frame {
  readonly type: number
  readonly micros: bigint
  readonly text: string
}

function frames(bytes: Buffer): Frame[] {
  const found: Frame[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at + 4)
    found.push({
      type: bytes.readUInt32BE(at),
      micros: bytes.readBigInt64BE(at + 8),
      text: bytes.toString('utf8', at + 16, at + 16 + length),
    })
    at += 16 + length
  }
  return found
}

function comparableFrame({ type, micros, text }: Frame) {
  const time = new Date(Number(micros / 1000n)).toISOString()
  expect(text).toContain(time)
  const places = text.replaceAll(time, '<time>').replace(/\/[^\s"]*runtime-test-\w+/g, '<root>')
  return { type, text: comparableLine(places) }
}
