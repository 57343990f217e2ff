import type { RequestOptions } from 'node:https'

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** One request without a body, and its whole answer. Times out after 10 s, as Ryuk's. */
export async function request(options: RequestOptions & { readonly secure?: boolean }): Promise<HttpAnswer> {
  const { secure = false, ...rest } = options
  // Loaded when needed: a watchdog that only has processes to watch saves 5 MB.
  const { request: send } = secure ? await import('node:https') : await import('node:http')
  return new Promise((resolve, reject) => {
    const sent = send({ ...rest, agent: false, timeout: 10_000 }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        body += chunk
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer in 10 s')))
    sent.on('error', reject)
    sent.end()
  })
}
