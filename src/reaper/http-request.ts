import type { RequestOptions } from 'node:https'

export interface HttpResponse {
  readonly status: number
  readonly body: string
}

/** Sends one request without a body, and resolves with the whole response. It times out after 10 s, as Ryuk's do. */
export async function httpRequest(options: RequestOptions & { readonly secure?: boolean }): Promise<HttpResponse> {
  const { secure = false, ...rest } = options
  // Loaded when it is needed: a watchdog that only has processes to watch saves 5 MB.
  const { request } = secure ? await import('node:https') : await import('node:http')
  return new Promise((resolve, reject) => {
    const sent = request({ ...rest, agent: false, timeout: 10_000 }, response => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', chunk => {
        body += chunk
      })
      response.on('error', reject)
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer within 10 s')))
    sent.on('error', reject)
    sent.end()
  })
}
