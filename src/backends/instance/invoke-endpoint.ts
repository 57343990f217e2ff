import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBody } from '../../emulator/runtime-api/request-body.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { InvocationOutcome, InvocationRequest } from '../../model/invocation.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import { REQUEST_LIMIT } from '../../model/payload-limits.ts'

const PATH = '/2015-03-31/functions/function/invocations'

/**
 * Takes invocations of one instance over HTTP on 127.0.0.1, at the path of AWS's runtime interface emulator, so that
 * `curl -d '{}' $url` works. Unlike that emulator, it sends AWS's response headers, and makes concurrent requests wait their turn.
 */
export class InvokeEndpoint {
  readonly #fn: LambdaFunction
  readonly #invoke: (request: InvocationRequest) => Promise<InvocationOutcome>
  #server: Server | undefined
  #url: Promise<string> | undefined
  #isClosed = false

  constructor(fn: LambdaFunction, invoke: (request: InvocationRequest) => Promise<InvocationOutcome>) {
    this.#fn = fn
    this.#invoke = invoke
  }

  /** Listens from the first call on; the server keeps no process alive. @throws RuntimeError `INSTANCE_LOST` once it is closed */
  open(): Promise<string> {
    this.#url ??= this.#listen()
    return this.#url
  }

  close(): void {
    this.#isClosed = true
    this.#server?.close()
    this.#server?.closeAllConnections()
  }

  async #listen(): Promise<string> {
    const { functionName } = this.#fn
    const ended = (): RuntimeError =>
      new RuntimeError('INSTANCE_LOST', `This instance of "${functionName}" has ended, so it has no endpoint.`, {
        data: { functionName },
      })
    if (this.#isClosed) throw ended()
    // Not imported, because node:http takes 30 ms to load and few functions need it.
    const { createServer } = process.getBuiltinModule('node:http')
    const server = createServer((request, response) => void this.#serve(request, response)).unref()
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
    this.#server = server
    if (!this.#isClosed) return `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`
    server.close()
    throw ended()
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, REQUEST_LIMIT)
    if (typeof body === 'string') return void response.writeHead(body === 'tooLarge' ? 413 : 400).end()
    const requestId = randomUUID()
    const payload = body.length === 0 ? Buffer.from('{}') : body
    try {
      const invokedFunctionArn = this.#fn.functionArn
      const outcome = await this.#invoke({ requestId, payload, invokedFunctionArn, executedVersion: '$LATEST' })
      response.writeHead(200, {
        'Content-Type': outcome.contentType,
        'x-amzn-RequestId': requestId,
        'X-Amz-Executed-Version': '$LATEST',
        'X-Amz-Log-Result': Buffer.from(outcome.logTail).toString('base64'),
        ...(outcome.functionError === undefined ? {} : { 'X-Amz-Function-Error': outcome.functionError }),
      })
      response.end(outcome.payload)
    } catch (error) {
      response.writeHead(500, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify({ message: error instanceof Error ? error.message : String(error) }))
    }
  }
}
