import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { TunnelConnection } from '../../src/backends/init/tunnel-connection.ts'
import { TestEnvironment } from './harness.ts'

const RUNTIME = fileURLToPath(new URL('fixtures/raw-runtime.mjs', import.meta.url))
const POLL = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n'
const EVENT = 'HTTP/1.1 200 an event\r\nContent-Length: 2\r\n\r\n{}'
const RECEIPT = Buffer.from('HTTP/1.1 202 by the init\r\nContent-Length: 0\r\n\r\n')
const REPLY = 'HTTP/1.1 202 by the test process\r\nContent-Length: 0\r\n\r\n'

const answer = (headers = 'Content-Length: 2\r\n', body = '{}', path = 'an-id/response'): string =>
  `POST /2018-06-01/runtime/invocation/${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n${body}`

type Step = readonly [connection: string, ...pieces: string[]]

/** The answers that the runtime got, which of them were announced by RECEIPT, and the bytes that arrived from it. */
async function run(...steps: readonly Step[]): Promise<{ answered: string[]; announced: boolean[]; arrived: string }> {
  const announced: boolean[] = []
  let arrived = ''
  await using environment = new TestEnvironment({
    command: [process.execPath, RUNTIME],
    start: { environment: { STEPS: JSON.stringify(steps) } },
    connection: socket => {
      const connection = socket as TunnelConnection
      let isAcknowledged = false
      connection.on('data', chunk => {
        const text = String(chunk)
        if (text.startsWith('GET')) {
          connection.expectAnswer('an-id', RECEIPT)
          connection.write(EVENT)
          return
        }
        arrived += text
        if (text.startsWith('POST')) {
          isAcknowledged = connection.takeReceipt()
          announced.push(isAcknowledged)
        }
        if (!isAcknowledged && arrived.endsWith('}')) connection.write(REPLY)
        process.kill(Number(environment.output.split('\n')[0]), 'SIGUSR1')
      })
    },
  })
  await environment.launch()
  await environment.exited().then(({ code }) => expect(code).toBe(0))
  const [, ...answered] = environment.output.trim().split('\n')
  return { answered, announced, arrived }
}

const BY_INIT = 'HTTP/1.1 202 by the init'
const BY_TEST_PROCESS = 'HTTP/1.1 202 by the test process'
const ANSWERED_EVENT = 'HTTP/1.1 200 an event'

test.each<[string, readonly Step[]]>([
  ['on the connection of the event', [['a', answer()]]],
  ['on another one', [['b', answer()]]],
  ['in pieces', [['b', answer('content-length:13\r\nContent-Type: application/json\r\n', ''), '{"a":', '"piece"', '}']]],
  [
    'as AWS’s native client writes it',
    [['b', answer('Accept: */*\r\nUser-Agent: AWS_Lambda_Cpp/0.2.6\r\ncontent-length: 2\r\n', ''), '{}']],
  ],
])('the init acknowledges an expected answer %s', async (_, steps) => {
  const { answered, announced, arrived } = await run(['a', POLL], ...steps)
  expect(answered).toEqual([ANSWERED_EVENT, BY_INIT])
  expect(announced).toEqual([true])
  expect(arrived).toBe(steps.flatMap(([, ...pieces]) => pieces).join(''))
})

test('the init acknowledges answers on a separate connection, as AWS’s clients send them', async () => {
  const steps: Step[] = [1, 2, 3].flatMap(count => [[`poll ${count}`, POLL] as const, ['answers', answer()] as const])
  const { answered, announced } = await run(...steps)
  expect(answered).toEqual([1, 2, 3].flatMap(() => [ANSWERED_EVENT, BY_INIT]))
  expect(announced).toEqual([true, true, true])
})

test.each<[string, readonly Step[]]>([
  ['with another id', [['a', answer(undefined, undefined, 'another/response')]]],
  ['that is an error', [['a', answer(undefined, undefined, 'an-id/error')]]],
  ['in a mode', [['a', answer('Content-Length: 2\r\nLambda-Runtime-Function-Response-Mode: streaming\r\n')]]],
  ['in chunks', [['a', answer('Transfer-Encoding: chunked\r\n')]]],
  ['without a length', [['a', answer('')]]],
  ['with two lengths', [['a', answer('Content-Length: 2\r\nContent-Length: 2\r\n')]]],
  ['with a length that is none', [['a', answer('Content-Length: 2x\r\n')]]],
  ['above the limit', [['a', answer('Content-Length: 6291457\r\n')]]],
  ['that ends its connection', [['a', answer('Content-Length: 2\r\nConnection: close\r\n')]]],
  ['whose head comes in pieces', [['a', answer().slice(0, 70), answer().slice(70)]]],
])('the test process acknowledges an answer %s', async (_, steps) => {
  const { answered, announced } = await run(['a', POLL], ...steps)
  expect(answered).toEqual([ANSWERED_EVENT, BY_TEST_PROCESS])
  expect(announced).toEqual([false])
})

test('the test process answers everything after an unexpected request', async () => {
  const { answered } = await run(['a', POLL], ['a', answer(undefined, undefined, 'an-id/error')], ['a', answer()])
  expect(answered).toEqual([ANSWERED_EVENT, BY_TEST_PROCESS, BY_TEST_PROCESS])
})

test('the init does not acknowledge an answer after a request that it has not read', async () => {
  const { answered } = await run(['a', answer()], ['b', POLL], ['a', answer()])
  expect(answered).toEqual([BY_TEST_PROCESS, ANSWERED_EVENT, BY_TEST_PROCESS])
})
