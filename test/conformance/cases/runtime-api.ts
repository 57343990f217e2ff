import { expect } from 'vitest'
import { platformLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'
import type { Lab } from '../lab.ts'
import { bashFunction } from '../languages.ts'

interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Sends bytes to the Runtime API from inside, on a connection of its own, and reads until it is closed. */
async function raw(lab: Lab, text: string): Promise<RawAnswer> {
  const result = await lab.invoke({ op: 'raw', text })
  const [head = '', ...rest] = String(result.payload).split('\r\n\r\n')
  const [line = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(
    lines.map(each => each.split(': ', 2).map((part, n) => (n === 0 ? part.toLowerCase() : part))),
  )
  return { status: Number(line.split(' ')[1]), headers, body: rest.join('\r\n\r\n') }
}

const request = (line: string, ...lines: string[]): string =>
  [`${line} HTTP/1.1`, 'Host: runtime', 'Connection: close', ...lines, '', ''].join('\r\n')

const CALLS: readonly {
  readonly name: string
  readonly contract: string
  readonly text: string
  readonly status: number
  readonly body: string
}[] = [
  { name: 'GET /ping', contract: '1.1', text: request('GET /2018-06-01/ping'), status: 200, body: 'pong' },
  {
    name: 'a response with another id',
    contract: '1.6, 10',
    text: request('POST /2018-06-01/runtime/invocation/11111111-2222-3333-4444-555555555555/response', 'Content-Length: 0'),
    status: 400,
    body: '{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n',
  },
  {
    name: 'an error with another id',
    contract: '1.6',
    text: request('POST /2018-06-01/runtime/invocation/no-uuid/error', 'Content-Length: 0'),
    status: 400,
    body: '{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n',
  },
  {
    name: 'an init error after the first /next',
    contract: '1.6',
    text: request('POST /2018-06-01/runtime/init/error', 'Content-Length: 0'),
    status: 403,
    body: '{"errorMessage":"State transition from Running to InitError failed for runtime. Error: State transition is not allowed","errorType":"InvalidStateTransition"}\n',
  },
  {
    name: 'the Telemetry API, which answers as AWS’s emulator does',
    contract: '8.3',
    text: request('PUT /2022-07-01/telemetry', 'Content-Length: 0'),
    status: 202,
    body: '{"errorMessage":"Telemetry API is not supported","errorType":"Telemetry.NotSupported"}\n',
  },
  {
    name: 'a path that is not there',
    contract: '1.1',
    text: request('GET /2018-06-01/nowhere'),
    status: 404,
    body: '404 page not found\n',
  },
]

const calls = CALLS.map(
  ({ name, contract, text, status, body }): ConformanceCase => ({
    name,
    contract,
    in: ['provided'],
    async run(lab) {
      const answer = await raw(lab, text)
      expect(answer).toMatchObject({ status, body })
      if (body.startsWith('{')) expect(answer.headers['content-type']).toBe('application/json')
      return `${status} ${body.trim()}`
    },
  }),
)

const redelivers: ConformanceCase = {
  name: '/next while an event is unanswered gives the same event again',
  contract: '1.6, 9.13',
  in: ['provided'],
  async run(lab) {
    const text = request('GET /2018-06-01/runtime/invocation/next')
    const result = await lab.invoke({ op: 'raw', text })
    expect(String(result.payload)).toContain(`Lambda-Runtime-Aws-Request-Id: ${result.requestId}`)
    return 'the same request id'
  },
}

const headersOfNext: ConformanceCase = {
  name: 'the headers of /next',
  contract: '1.2',
  in: ['provided'],
  async run(lab) {
    const before = Date.now()
    const { status, headers } = await raw(lab, request('GET /2018-06-01/runtime/invocation/next'))
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'lambda-runtime-invoked-function-arn': expect.stringMatching(/^arn:aws:lambda:us-east-1:123456789012:function:shared$/),
      'lambda-runtime-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    })
    expect(headers).not.toHaveProperty('lambda-runtime-client-context')
    const deadline = Number(headers['lambda-runtime-deadline-ms'])
    expect(deadline).toBeGreaterThan(before)
    expect(deadline).toBeLessThan(before + 25_000)
    return Object.keys(headers)
      .filter(name => name.startsWith('lambda-'))
      .join(', ')
  },
}

const secondAnswers = (['response', 'error'] as const).map(
  (kind): ConformanceCase => ({
    name: `a second answer, by /${kind}, before /next`,
    contract: '1.6, 10',
    in: ['provided'],
    async run(lab) {
      const script = `
        previous=null
        while next; do
          respond "$previous"
          call POST "$api/invocation/$id/${kind}" '"twice"'
          quote "$body"
          previous="{\\"status\\":$status,\\"body\\":$REPLY}"
        done`
      const fn = await lab.launch({ code: bashFunction(script) })
      expect((await fn.invoke({})).payload).toBe(null)
      const target = kind === 'response' ? 'InvocationResponse' : 'InvocationErrorResponse'
      const message = `State transition from RuntimeResponseSentState to ${target} failed for runtime. Error: State transition is not allowed`
      const { payload } = await fn.invoke({})
      // JSON by bash's read has lost its last newline.
      expect([payload.status, payload.body.trim()]).toEqual([
        403,
        `{"errorMessage":"${message}","errorType":"InvalidStateTransition"}`,
      ])
      return `403 ${message}`
    },
  }),
)

const ENDS: readonly { readonly name: string; readonly script: string; readonly type: string }[] = [
  {
    name: 'rubbish in place of an answer, then an exit',
    script: 'next; printf "\\001\\002 rubbish \\r\\n\\r\\n" >&3; cat <&3 >/dev/null; exit 4',
    type: 'Runtime.ExitError',
  },
  {
    name: 'an answer that breaks off in its body',
    script:
      'next; printf "POST /$api/invocation/$id/response HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 100\\r\\n\\r\\nhalf" >&3; exec 3>&-; sleep 60',
    type: 'Runtime.TruncatedResponse',
  },
  {
    name: 'an answer that breaks off in its head, then silence',
    script: 'next; printf "POST /$api/invocation/$id/resp" >&3; exec 3>&-; sleep 60',
    type: 'Sandbox.Timedout',
  },
  { name: 'an exit without an answer', script: 'next; exit 9', type: 'Runtime.ExitError' },
  {
    name: 'a response mode that is not there',
    script: `next; call POST "$api/invocation/$id/response" x 'Lambda-Runtime-Function-Response-Mode: Streaming'; next`,
    type: 'Runtime.InvalidResponseModeHeader',
  },
]

const ends = ENDS.map(
  ({ name, script, type }): ConformanceCase => ({
    name,
    contract: '1.3, 1.4, 2.5',
    in: ['provided'],
    async run(lab) {
      const fn = await lab.launch({ code: bashFunction(script), timeout: 2 })
      const result = await fn.invoke({})
      expect(result.ok).toBe(false)
      const logged = type === 'Sandbox.Timedout' ? '\tStatus: timeout' : `\tStatus: error\tError Type: ${type}`
      expect(platformLines(result).at(-1)).toContain(logged)
      if (type !== 'Runtime.InvalidResponseModeHeader') expect(result.error?.errorType).toBe(type)
      const again = await fn.invoke({})
      expect(again.ok).toBe(false)
      return type
    },
  }),
)

const slowly: ConformanceCase = {
  name: 'an answer byte by byte, in pieces, or chunked arrives whole',
  contract: '1.3',
  in: ['provided'],
  async run(lab) {
    const script = `
      next
      text="POST /$api/invocation/$id/response HTTP/1.1"$'\\r\\n'"Host: x"$'\\r\\n'"Content-Length: 6"$'\\r\\n\\r\\n'"\\"slow\\""
      for ((n = 0; n < \${#text}; n++)); do printf %s "\${text:n:1}" >&3; done
      receive
      next
      printf 'POST /%s HTTP/1.1\\r\\nHost: x\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n3\\r\\n"ch\\r\\n' "$api/invocation/$id/response" >&3
      printf '6\\r\\nunked"\\r\\n0\\r\\n\\r\\n' >&3
      receive
      next
      sleep 60`
    const fn = await lab.launch({ code: bashFunction(script) })
    expect((await fn.invoke({})).payload).toBe('slow')
    expect((await fn.invoke({})).payload).toBe('chunked')
    return '"slow", "chunked"'
  },
}

const contentType: ConformanceCase = {
  name: 'bytes that are no JSON arrive as they are',
  contract: '1.3',
  in: ['provided', 'python'],
  async run(lab) {
    const fn = await lab.launch({
      code:
        lab.language === 'python'
          ? { 'app.py': "def handler(event, context):\n    return b'plain \\xff bytes'" }
          : bashFunction(
              "while next; do call POST $api/invocation/$id/response $'plain \\xff bytes' 'Content-Type: text/plain'; done",
            ),
    })
    const result = await fn.invoke({})
    expect(Buffer.from(result.rawPayload).toString('latin1')).toBe('plain \xff bytes')
    return 'plain \\xff bytes'
  },
}

const streamed: ConformanceCase = {
  name: 'a runtime that streams to a buffered invocation: the chunks are one payload',
  contract: '1.4',
  in: ['nodejs24', 'nodejs22'],
  async run(lab) {
    const fn = await lab.launch({
      code: {
        'index.mjs':
          "export const handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('{\"a\":'); stream.write('1}'); stream.end() })",
      },
    })
    const result = await fn.invoke({})
    expect(result.payload).toEqual({ a: 1 })
    return '{"a":1}'
  },
}

const streamError: ConformanceCase = {
  name: 'a streamed response that fails midway is the error of its trailers',
  contract: '1.4, 10',
  in: ['nodejs24', 'nodejs22'],
  async run(lab) {
    const fn = await lab.launch({
      code: {
        'index.mjs':
          "export const handler = awslambda.streamifyResponse(async (event, stream) => { stream.write('begun'); await new Promise(r => setTimeout(r, 20)); throw new RangeError('midway') })",
      },
    })
    const result = await fn.invoke({})
    expect(result.ok).toBe(false)
    expect(result.error).toMatchObject({ errorMessage: 'midway' })
    return `${result.error?.errorType}: midway`
  },
}

export const runtimeApi: Theme = {
  name: 'Runtime API from inside',
  cases: [headersOfNext, redelivers, ...calls, ...secondAnswers, ...ends, slowly, contentType, streamed, streamError],
}
