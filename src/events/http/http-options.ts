import type { Time } from '../fixed.ts'

/** What a header or a parameter may be given as; a list is sent several times, `undefined` not at all. */
export type HttpValue = string | number | boolean | readonly (string | number | boolean)[] | undefined

/** A request, as its sender sees it. */
export interface HttpOptions {
  /** Default: `POST` with a body, else `GET`. */
  readonly method?: string | undefined
  /** May have a query: `/orders?page=2`. Default: `resource` with `pathParameters` put in, else `/`. */
  readonly path?: string | undefined
  readonly query?: Readonly<Record<string, HttpValue>> | URLSearchParams | undefined
  readonly headers?: Readonly<Record<string, HttpValue>> | undefined
  /** `{ session: 'abc' }` or `['session=abc']`. */
  readonly cookies?: Readonly<Record<string, string>> | readonly string[] | undefined
  /**
   * Text as it is; bytes, base64-encoded as AWS does; `URLSearchParams` as a form; everything else as JSON.
   * `content-type` and `content-length` follow from it unless they are given.
   */
  readonly body?: unknown
  readonly sourceIp?: string | undefined
  readonly userAgent?: string | undefined
  readonly time?: Time | undefined
  readonly requestId?: string | undefined
}

/** A request to an API with routes. */
export interface RouteOptions extends HttpOptions {
  /** Such as `/orders/{id}`. */
  readonly resource?: string | undefined
  readonly pathParameters?: Readonly<Record<string, string>> | undefined
  readonly stageVariables?: Readonly<Record<string, string>> | undefined
  readonly stage?: string | undefined
}
