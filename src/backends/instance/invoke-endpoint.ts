import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readBody } from '../../emulator/runtime-api/request-body.ts'
import type { InvocationOutcome, InvocationRequest } from '../../model/invocation.ts'

const REQUEST_LIMIT = 6_291_456

/** What an endpoint serves. */
export interface EndpointTarget {
  readonly functionArn: string
  invoke(request: InvocationRequest): Promise<InvocationOutcome>
}

export interface InvokeEndpoint {
  readonly url: string
  close(): void
}

/**
 * Takes invocations by HTTP as AWS's emulator does (`POST /2015-03-31/functions/function/invocations`), so that `curl -d '{}'` works;
 * unlike it, with AWS's headers. One event at a time: others wait their turn.
 */
export async function openInvokeEndpoint(target: EndpointTarget): Promise<InvokeEndpoint> {
  const server = createServer(async (request, response) => {
    const body = await readBody(request, REQUEST_LIMIT)
    if (typeof body === 'string') return void response.writeHead(body === 'tooLarge' ? 413 : 400).end()
    const requestId = randomUUID()
    const payload = body.length === 0 ? Buffer.from('{}') : body
    try {
      const outcome = await target.invoke({
        requestId,
        payload,
        invokedFunctionArn: target.functionArn,
        executedVersion: '$LATEST',
      })
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
  })
  server.unref()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/2015-03-31/functions/function/invocations`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
