import type { Time } from '../fixed-values.ts'

/** The value of a header or a parameter. A list is sent as several values; `undefined` is not sent. */
export type HttpValue = string | number | boolean | readonly (string | number | boolean)[] | undefined

/** An HTTP request, as its sender sees it. */
export interface HttpOptions {
  /** Default: `POST` with a body, else `GET`. */
  readonly method?: string | undefined
  /** Can have a query: `/orders?page=2`. Default: `resource` with its `pathParameters`, else `/`. */
  readonly path?: string | undefined
  readonly query?: Readonly<Record<string, HttpValue>> | URLSearchParams | undefined
  readonly headers?: Readonly<Record<string, HttpValue>> | undefined
  /** `{ session: 'abc' }` or `['session=abc']`. */
  readonly cookies?: Readonly<Record<string, string>> | readonly string[] | undefined
  /**
   * Strings are sent as they are, bytes in base64 as AWS does, `URLSearchParams` as a form, and everything else as JSON.
   * `content-type` and `content-length` are derived from it, unless you give them.
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
