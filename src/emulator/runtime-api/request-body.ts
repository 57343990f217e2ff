import type { IncomingMessage } from 'node:http'

/** The body, or why there is none. */
export type Body = Buffer | 'tooLarge' | 'truncated'

/** Reads a request's body whole; what is over `limit` is read to its end but not kept, so that the client can read the refusal. */
export function readBody(request: IncomingMessage, limit: number): Promise<Body> {
  return new Promise(resolve => {
    const chunks: Buffer[] = []
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) chunks.push(chunk)
      else chunks.length = 0
    })
    request.on('end', () => resolve(size > limit ? 'tooLarge' : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
    request.on('error', () => resolve('truncated'))
    request.on('close', () => resolve('truncated'))
  })
}
