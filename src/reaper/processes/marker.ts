import { randomBytes } from 'node:crypto'
import { now } from '../../emulator/clock.ts'

/**
 * How the process backend's environments are recognised, wherever their processes went: the value of `AWS_LAMBDA_LOG_STREAM_NAME`,
 * a variable that AWS sets too, ends with the instance's id, and an instance's id begins with its session's.
 */
export const markerVariable = 'AWS_LAMBDA_LOG_STREAM_NAME'

/** 32 hex digits: the session's 16, then 16 random ones. */
export function instanceIdOf(sessionId: string): string {
  return sessionId + randomBytes(8).toString('hex')
}

/** As AWS names it: `2026/11/24/[$LATEST]<instance id>`; the day is UTC's. */
export function logStreamName(instanceId: string, time: number = now()): string {
  return `${new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${instanceId}`
}

/** The session's id in an instance's. */
export function sessionOf(instanceId: string): string {
  return instanceId.slice(0, 16)
}

/** The instance id in a process's environment (NUL or blank separated), if it has one whose id begins with `prefix`. */
export function findMarker(environ: string, prefix: string): string | undefined {
  const match = /(?:^|[\0 ])AWS_LAMBDA_LOG_STREAM_NAME=\d{4}\/\d\d\/\d\d\/\[\$LATEST\]([0-9a-f]{32})(?=[\0 \n]|$)/.exec(environ)
  return match?.[1]?.startsWith(prefix) ? match[1] : undefined
}
