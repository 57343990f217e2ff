import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'

/** An invocation the double hands out at `/next`; headers are added to (or, as `undefined`, taken from) the usual ones. */
export interface DoubleEvent {
  body: string | Buffer
  headers?: Record<string, string | undefined>
}

/** What a runtime sent. */
export interface SentRequest {
  method: string
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** What running a runtime against the double gave; `exit` is `'serving'` when it asked for one event more than there were. */
export interface RuntimeRun {
  sent: SentRequest[]
  stdout: string
  stderr: string
  /** What came on descriptor 3. */
  telemetry: Buffer
  exit: 'serving' | { code: number | null; signal: NodeJS.Signals | null }
}

/** How to run it; `answer` decides the status of a POST by its path, 202 by default. */
export interface RuntimeRunOptions {
  command: readonly string[]
  cwd: string
  env: Record<string, string>
  events: readonly DoubleEvent[]
  answer?: (path: string) => number
}

/** Id of the n-th event, from 0. */
export function requestId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
}

/** A double of the Lambda Runtime API that serves a fixed list of events to a real runtime process and keeps what it sends. */
export async function runAgainstDouble(options: RuntimeRunOptions): Promise<RuntimeRun> {
  const sent: SentRequest[] = []
  let served = 0
  let exhausted = false
  const server = createServer({ maxHeaderSize: 2 * 1024 * 1024 }, async (request, response) => {
    const { method = '', url = '', headers } = request
    if (url === '/2018-06-01/runtime/invocation/next') {
      const event = options.events[served]
      if (event === undefined) {
        exhausted = true
        child.kill('SIGKILL')
        return
      }
      // The headers go out with the body, so that Node adds a Content-Length, as the real Runtime API does.
      response.setHeaders(new Map(Object.entries(headersOf(event, served++)))).end(event.body)
      return
    }
    sent.push({ method, path: url, headers, body: await text(request) })
    response.statusCode = options.answer?.(url) ?? 202
    response.setHeader('Content-Type', 'application/json').end('{"status":"OK"}\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const [command = '', ...args] = options.command
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...options.env, AWS_LAMBDA_RUNTIME_API: address },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  try {
    const streams = Promise.all([
      text(child.stdout as Readable),
      text(child.stderr as Readable),
      buffer(child.stdio[3] as Readable),
    ])
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    const [stdout, stderr, telemetry] = await streams
    return { sent, stdout, stderr, telemetry, exit: exhausted ? 'serving' : { code, signal } }
  } finally {
    child.kill('SIGKILL')
    server.closeAllConnections()
    server.close()
  }
}

function headersOf(event: DoubleEvent, n: number): Record<string, string> {
  const headers = {
    'Content-Type': 'application/json',
    'Lambda-Runtime-Aws-Request-Id': requestId(n),
    'Lambda-Runtime-Deadline-Ms': String(Date.now() + 60_000),
    'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:123456789012:function:greet',
    'Lambda-Runtime-Trace-Id': 'Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1',
    ...event.headers,
  }
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
