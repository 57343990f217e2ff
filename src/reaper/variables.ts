/** The session's id, 16 hex digits; set by whoever of a run first needs it, so that all that it starts agree. */
export const sessionVariable = 'LAMBDA_FIXTURES_SESSION'
/** How long the watchdog waits for a client to come back, as Ryuk's variable of that name: Go's notation (`2s`, `500ms`) or ms. Default 2 s. */
export const reconnectionTimeoutVariable = 'LAMBDA_FIXTURES_RECONNECTION_TIMEOUT'
/** How long the watchdog stays when it has nothing to watch. Default 30 s. */
export const idleTimeoutVariable = 'LAMBDA_FIXTURES_IDLE_TIMEOUT'
/** `true`: no watchdog is started or joined; what a killed run leaves stays until the next `reapStale`. */
export const watchdogDisabledVariable = 'LAMBDA_FIXTURES_WATCHDOG_DISABLED'

/** `true`: containers and pods don't end by themselves when nobody speaks to them any more. For tests of the other nets. */
export const lifelineDisabledVariable = 'LAMBDA_FIXTURES_LIFELINE_DISABLED'

/** Milliseconds of `2s`, `500ms`, `1m` or `2000`; `fallback` if the variable is unset or can't be read. */
export function durationOf(variable: string, fallback: number, env: NodeJS.ProcessEnv = process.env): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(env[variable]?.trim() ?? '')
  if (match === null) return fallback
  return Number(match[1]) * (match[2] === 'm' ? 60_000 : match[2] === 's' ? 1000 : 1)
}
