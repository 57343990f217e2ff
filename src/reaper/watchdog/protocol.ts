import type { Owner } from '../../model/owner.ts'
import type { Resource } from '../../model/resource.ts'
import type { ProcessIdentity } from '../../platform/process-identity.ts'

/** Raised when clients and watchdogs of different versions could not work together. */
export const PROTOCOL_VERSION = 2

/*
 * Clients and the watchdog speak lines of UTF-8.
 *
 * | from a client        | meaning                                                                                                     |
 * |----------------------|-------------------------------------------------------------------------------------------------------------|
 * | `HELLO <Hello>`      | introduces the client; if it reconnects within the grace period, it keeps what it has registered            |
 * | `REGISTER <Registered>` | registers a resource, or adds what has become known of it                                                |
 * | `RELEASE <id>`       | the resource has ended                                                                                      |
 * | `LOG <LogAnswer>`    | answers the watchdog's `LOGS`                                                                               |
 *
 * | from the command line | answered with                                                                                              |
 * |-----------------------|------------------------------------------------------------------------------------------------------------|
 * | `STATUS`              | a line with the {@link Status}                                                                             |
 * | `LOGS <LogQuery>`     | a line with {@link InstanceLogs} for each instance, then one with the {@link LogSummary}                   |
 *
 * The watchdog ends each answer with `ACK`, in order. It answers a line that it can't accept with `NAK <reason>`: nothing is worse
 * than a client that wrongly believes that it is watched. It asks its clients for logs by `LOGS <LogRequest>`.
 */

export interface Hello {
  /** Random, the same after a reconnection. */
  readonly client: string
  readonly session: string
  readonly owner: Owner
  readonly threadId: number
  /** The test runner's main process, if the owner is one of its workers: without the runner, nobody waits for the owner's results. */
  readonly runner?: ProcessIdentity
}

export interface Registered {
  readonly id: number
  readonly resource: Resource
}

export interface Status {
  readonly pid: number
  readonly version: number
  readonly upSeconds: number
  readonly rssBytes: number
  readonly clients: readonly { readonly session?: string; readonly pid?: number; readonly resources: number }[]
  /** Clients whose resources are being ended. */
  readonly ending: number
}

export interface LogQuery {
  /** An instance's id, its last 12 digits, or a function's name; without it, all instances. */
  readonly name?: string
}

export interface LogRequest extends LogQuery {
  readonly id: number
}

/** A client sends one for each instance, and then one without logs. */
export interface LogAnswer {
  readonly id: number
  readonly logs?: InstanceLogs
}

export interface InstanceLogs {
  readonly instance: string
  readonly functionName: string
  readonly backend: string
  /** The test process that launched it. */
  readonly pid: number
  /** Recent stdout and stderr. */
  readonly text: string
}

export interface LogSummary {
  /** The pids of test processes that did not answer in time. */
  readonly silent: readonly number[]
}

/** A longer line is an error, to bound memory. */
const LONGEST_LINE = 1 << 20

/** Splits a stream into lines. */
export function lineReader(onLine: (line: string) => void, onTooLong: () => void = () => {}): (chunk: string) => void {
  let rest = ''
  return chunk => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    if (rest.length > LONGEST_LINE) {
      rest = ''
      onTooLong()
    }
    for (const line of lines) onLine(line)
  }
}
