import { isPlain } from '../failure/compare.ts'

/** The decoded body of an HTTP response as text. @see contract 3.2 */
export function bodyText(payload: unknown): string | undefined {
  if (!isPlain(payload) || typeof payload.body !== 'string') return undefined
  return payload.isBase64Encoded === true ? Buffer.from(payload.body, 'base64').toString('utf8') : payload.body
}

/** The parsed body, or why it cannot be parsed. */
export function parseBody(payload: unknown): { json: unknown } | { problem: string } {
  if (!isPlain(payload)) return { problem: 'its payload is not an HTTP response ({ statusCode, headers, body })' }
  if (payload.body === undefined || payload.body === null) return { problem: 'the response has no body' }
  const text = bodyText(payload)
  if (text === undefined)
    return { problem: 'its body is not a string: API Gateway and Function URLs need body: JSON.stringify(…)' }
  if (text === '') return { problem: 'its body is empty' }
  try {
    return { json: JSON.parse(text) as unknown }
  } catch (error) {
    return { problem: `its body is not JSON: ${(error as Error).message}` }
  }
}

/** All values of each header, by its lower-case name. Cookies are under `set-cookie`. */
export function headersOf(payload: unknown): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  if (!isPlain(payload)) return headers
  const cookies = Array.isArray(payload.cookies) ? { 'set-cookie': payload.cookies } : {}
  for (const part of [payload.headers, payload.multiValueHeaders, cookies].filter(isPlain)) {
    for (const [name, value] of Object.entries(part)) {
      if (value === undefined || value === null) continue
      const values = (Array.isArray(value) ? value : [value]).map(String)
      headers.set(name.toLowerCase(), [...new Set([...(headers.get(name.toLowerCase()) ?? []), ...values])])
    }
  }
  return headers
}

export function statusOf(payload: unknown): unknown {
  return isPlain(payload) ? payload.statusCode : undefined
}
