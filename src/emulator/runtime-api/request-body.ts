import type { IncomingMessage } from 'node:http'

/** A request's body, or why it can't be had. */
export type Body = Buffer | 'tooLarge' | 'truncated'

/** Reads the body of a request. A body over `limit` is read to its end but not kept, because the client reads no answer before. */
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
