import { isPlain } from '../failure/compare.ts'

/** The body of an HTTP answer as text, decoded; `undefined` if there is none. @see contract 6 */
export function bodyText(payload: unknown): string | undefined {
  if (!isPlain(payload) || typeof payload.body !== 'string') return undefined
  return payload.isBase64Encoded === true ? Buffer.from(payload.body, 'base64').toString('utf8') : payload.body
}

/** The parsed body, or why there is none. */
export function parseBody(payload: unknown): { json: unknown } | { problem: string } {
  if (!isPlain(payload)) return { problem: 'its payload is not an HTTP answer ({ statusCode, headers, body })' }
  if (payload.body === undefined || payload.body === null) return { problem: 'it answered without a body' }
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

/** Every header by its lower-case name, with all its values; cookies are `set-cookie`. */
export function headersOf(payload: unknown): Map<string, string[]> {
  const headers = new Map<string, string[]>()
  const add = (name: string, values: unknown): void => {
    const key = name.toLowerCase()
    const known = headers.get(key) ?? []
    const added = (Array.isArray(values) ? values : [values]).map(String).filter(value => !known.includes(value))
    headers.set(key, [...known, ...added])
  }
  if (!isPlain(payload)) return headers
  for (const part of [payload.headers, payload.multiValueHeaders]) {
    if (isPlain(part))
      for (const [name, value] of Object.entries(part)) if (value !== undefined && value !== null) add(name, value)
  }
  if (Array.isArray(payload.cookies)) add('set-cookie', payload.cookies)
  return headers
}
