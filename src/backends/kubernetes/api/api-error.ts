/** The body of a response that is an error. @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
interface Status {
  readonly message?: string
  readonly reason?: string
}

/** A request that the API server refused. The message is the server's own. */
export class ApiError extends Error {
  /** The HTTP status. */
  readonly status: number
  /** Such as `AlreadyExists`, `Forbidden`, `Invalid` and `Expired`. */
  readonly reason: string | undefined

  constructor(status: number, body: string) {
    const { message, reason } = parse(body)
    super(message ?? (body.trim().slice(0, 500) || `status ${status}`))
    this.status = status
    this.reason = reason
  }
}

export function hasStatus(error: unknown, ...statuses: number[]): boolean {
  return error instanceof ApiError && statuses.includes(error.status)
}

/** Whether the server did not answer, or can't answer now, so that the request may succeed later. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500
  const { code } = error as NodeJS.ErrnoException
  return /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN|UND_ERR|NO_ANSWER)/.test(code ?? '')
}

function parse(body: string): Status {
  try {
    return JSON.parse(body) as Status
  } catch {
    return {}
  }
}
