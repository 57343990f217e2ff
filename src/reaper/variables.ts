/** The session's id, 16 hex digits. The first process of a run that needs it sets it, so that all processes it starts agree. */
export const SESSION_VARIABLE = 'LAMBDA_FIXTURES_SESSION'
/** How long the watchdog waits for a client to come back: `2s`, `500ms`, `1m` or milliseconds, as for Ryuk. Default: 2 s. */
export const RECONNECTION_TIMEOUT_VARIABLE = 'LAMBDA_FIXTURES_RECONNECTION_TIMEOUT'
/** How long the watchdog stays when it has nothing to watch. Default: 30 s. */
export const IDLE_TIMEOUT_VARIABLE = 'LAMBDA_FIXTURES_IDLE_TIMEOUT'
/** `true`: no watchdog is started or used. What a killed run leaves stays until the next sweep. */
export const WATCHDOG_DISABLED_VARIABLE = 'LAMBDA_FIXTURES_WATCHDOG_DISABLED'
/** `true`: containers and pods don't end by themselves when their test process is gone. Tests of the other layers set it. */
export const LIFELINE_DISABLED_VARIABLE = 'LAMBDA_FIXTURES_LIFELINE_DISABLED'

/** Reads `2s`, `500ms`, `1m` or `2000` from a variable, in ms; `fallback` if it is unset or can't be read. */
export function durationOf(variable: string, fallback: number): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(process.env[variable]?.trim() ?? '')
  if (match === null) return fallback
  return Number(match[1]) * (match[2] === 'm' ? 60_000 : match[2] === 's' ? 1000 : 1)
}
