/** What an API server answers instead of what was asked for. @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
interface Status {
  readonly message?: string
  readonly reason?: string
}

/** The API server's refusal, in its own words. */
export class ApiError extends Error {
  /** HTTP's. */
  readonly status: number
  /** `AlreadyExists`, `Forbidden`, `Invalid`, `Expired` and such. */
  readonly reason: string | undefined

  constructor(status: number, body: string) {
    const said = parse(body)
    super(said.message ?? (body.trim().slice(0, 500) || `status ${status}`))
    this.status = status
    this.reason = said.reason
  }
}

export function hasStatus(error: unknown, status: number): boolean {
  return error instanceof ApiError && error.status === status
}

/** Nobody answered, or only that it can't now: the same may be asked again. */
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
