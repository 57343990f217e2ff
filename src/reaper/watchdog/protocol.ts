import type { Owner } from '../../model/owner.ts'
import type { Resource } from '../../model/resource.ts'
import type { ProcessIdentity } from '../../platform/process-identity.ts'

/**
 * What is said on the watchdog's socket: lines of UTF-8, each answered with `ACK\n`, in order.
 *
 * | line | meaning |
 * |---|---|
 * | `label=k=v&label=k2=v2` | Ryuk's: containers, networks and volumes with all of these labels, on the engine of `DOCKER_HOST` |
 * | `HELLO <Hello>` | who this connection is; one that says the same `client` again within the grace takes over what it held |
 * | `HOLD <Held>` | this client holds a resource; again with the same id: more is known of it |
 * | `DROP <id>` | it has ended, or is no longer this client's |
 * | `BYE` | nothing is to be waited for: what this client holds is ended when it closes |
 * | `STATUS` | for the doctor: answered with one line of JSON, {@link Status}, then `ACK` |
 * | `STOP` | leave as soon as what was left is ended; a newcomer starts another |
 *
 * A line that can't be read is answered with `NAK <reason>`, as nothing is worse than a client that believes it is watched over.
 */
export interface Hello {
  /** Random, one a connection's lifetime across reconnections. */
  readonly client: string
  readonly session: string
  readonly owner: Owner
  readonly threadId: number
  /** The test runner's main process, if it is another than the owner: without it nobody waits for the owner's results any more. */
  readonly runner?: ProcessIdentity
}

export interface Held {
  readonly id: number
  readonly resource: Resource
}

export interface Status {
  readonly pid: number
  readonly version: number
  readonly upSeconds: number
  readonly rssBytes: number
  readonly clients: readonly { readonly session?: string; readonly pid?: number; readonly held: number }[]
  readonly ending: number
}

/** Splits a stream into lines, `\n` or `\r\n`; a line over `limit` characters is an error, for memory's sake. */
export function lineReader(
  onLine: (line: string) => void,
  onTooLong: () => void,
  limit: number = 1 << 20,
): (chunk: string) => void {
  let rest = ''
  return chunk => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    if (rest.length > limit) {
      rest = ''
      onTooLong()
    }
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
  }
}
