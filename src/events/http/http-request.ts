import { SOURCE_IP, TRACE_ID, USER_AGENT } from '../fixed-values.ts'
import { isBytes, toBytes } from '../payload.ts'
import type { HttpOptions, HttpValue, RouteOptions } from './http-options.ts'

/** A request with all its parts, which each builder writes in its own format. */
export interface HttpRequest {
  readonly method: string
  readonly path: string
  /** Decoded, in order. */
  readonly query: readonly (readonly [name: string, value: string])[]
  /** In order. A header of the user replaces ours of the same name; names compare without case. */
  readonly headers: readonly (readonly [name: string, values: readonly string[]])[]
  readonly cookies: readonly string[]
  readonly userAgent: string
  readonly body: Buffer | undefined
  /** The body is text, even if its content type doesn't say so. */
  readonly textual: boolean
  readonly contentType: string
}

/** `defaults` are headers with names in lower case; `spelling` writes the names of headers that the user doesn't give. */
export function toHttpRequest(
  options: HttpOptions & RouteOptions,
  defaults: Readonly<Record<string, string>>,
  spelling: (name: string) => string = name => name,
): HttpRequest {
  const { body, headers = {} } = options
  const [path, search] = pathOf(options).split('?', 2) as [string, string | undefined]
  const bytes = body === undefined ? undefined : toBytes(body instanceof URLSearchParams ? String(body) : body)
  const given = pairs(headers).map(([name, values]) => [name, values] as const)
  const type = valuesOf(given, 'content-type')?.join(',') ?? (bytes && typeOf(body))
  const all = [
    ...Object.entries({ ...defaults, 'user-agent': options.userAgent ?? USER_AGENT }).map(
      ([name, value]) => [spelling(name), [value]] as const,
    ),
    ...(bytes && type
      ? [[spelling('content-type'), [type]] as const, [spelling('content-length'), [String(bytes.byteLength)]] as const]
      : []),
  ]
  const kept = all.filter(([name]) => valuesOf(given, name) === undefined)
  const cookieHeader = valuesOf(given, 'cookie')?.flatMap(line => line.split(/;\s*/)) ?? []
  return {
    method: (options.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase(),
    path: path.startsWith('/') ? path : `/${path}`,
    query: [...new URLSearchParams(search), ...queryOf(options.query)],
    headers: [...kept, ...given].filter(([name]) => name.toLowerCase() !== 'cookie'),
    cookies: [...cookieHeader, ...cookiesOf(options.cookies)],
    userAgent: valuesOf(given, 'user-agent')?.[0] ?? options.userAgent ?? USER_AGENT,
    body: bytes,
    textual: bytes !== undefined && !isBytes(body) && typeof body !== 'string' && !(body instanceof URLSearchParams),
    contentType: type ?? '',
  }
}

function pathOf(options: RouteOptions): string {
  if (options.path !== undefined) return options.path
  return (options.resource ?? '/').replace(/\{([^}+]+)\+?\}/g, (_, name: string) => options.pathParameters?.[name] ?? name)
}

function pairs(values: Readonly<Record<string, HttpValue>>): (readonly [string, string[]])[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined) return []
    return [[name, Array.isArray(value) ? value.map(String) : [String(value)]] as const]
  })
}

function valuesOf(headers: readonly (readonly [string, readonly string[]])[], name: string): readonly string[] | undefined {
  return headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1]
}

function queryOf(query: HttpOptions['query']): (readonly [string, string])[] {
  if (query === undefined) return []
  if (query instanceof URLSearchParams) return [...query]
  return pairs(query).flatMap(([name, values]) => values.map(value => [name, value] as const))
}

function cookiesOf(cookies: HttpOptions['cookies']): readonly string[] {
  if (cookies === undefined) return []
  return Array.isArray(cookies) ? cookies : Object.entries(cookies).map(([name, value]) => `${name}=${value}`)
}

function typeOf(body: unknown): string {
  if (isBytes(body)) return 'application/octet-stream'
  if (body instanceof URLSearchParams) return 'application/x-www-form-urlencoded;charset=UTF-8'
  return typeof body === 'string' ? 'text/plain;charset=UTF-8' : 'application/json'
}

/** Text, JSON, XML and JavaScript stay text; all other types, forms too, are sent in base64. @see contract 3.2 */
export function bodyByType(request: HttpRequest): { body?: string; isBase64Encoded: boolean } {
  const { body, contentType, textual } = request
  if (body === undefined) return { isBase64Encoded: false }
  const isBase64Encoded = !textual && !/^text\/|json|xml|javascript/i.test(contentType)
  return { body: body.toString(isBase64Encoded ? 'base64' : 'utf8'), isBase64Encoded }
}

/** `a=1&a=2` */
export const rawQuery = (request: HttpRequest): string => new URLSearchParams(request.query.map(([...pair]) => pair)).toString()

/** The values of each name, in order. */
export function grouped(entries: readonly (readonly [string, string])[]): Record<string, string[]> {
  const result: Record<string, string[]> = {}
  for (const [name, value] of entries) {
    if (Object.hasOwn(result, name)) result[name]!.push(value)
    else result[name] = [value]
  }
  return result
}

/** One value for each name, which `pick` chooses or joins. */
export function single(
  values: Readonly<Record<string, readonly string[]>>,
  pick: (all: readonly string[]) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, pick(all)]))
}

/** The values of each header, cookies among them. */
export function headerLists({ headers, cookies }: HttpRequest, spelling: (name: string) => string): Record<string, string[]> {
  const cookie = cookies.length > 0 ? [['cookie', [cookies.join('; ')]] as const] : []
  return grouped([...headers, ...cookie].flatMap(([name, values]) => values.map(value => [spelling(name), value] as const)))
}

/** The headers that AWS adds on the way. */
export function forwarded(host: string, sourceIp: string = SOURCE_IP): Record<string, string> {
  return {
    host,
    'x-amzn-trace-id': TRACE_ID,
    'x-forwarded-for': sourceIp,
    'x-forwarded-port': '443',
    'x-forwarded-proto': 'https',
  }
}

export const last = (values: readonly string[]): string => values.at(-1) ?? ''
export const joined = (values: readonly string[]): string => values.join(',')
