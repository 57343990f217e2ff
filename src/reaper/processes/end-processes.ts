import { backoff, setImmediate, sleep } from '../../platform/clock.ts'
import { isRunning } from '../../platform/process-identity.ts'
import { type FoundProcess, findProcesses, type Traces, type Whose } from './find-processes.ts'
import { signalProcess } from './process-table.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'

/** Even a process that forks as fast as it can is caught by then, because stopped processes don't fork. */
const MAX_ROUNDS = 20
/** The killed processes are not this one's children, so no event tells that they have ended. */
const LOOKS = { first: 1, longest: 64, patience: 200 } as const

export interface Ended {
  readonly ended: readonly FoundProcess[]
  /** Those that can't be ended. */
  readonly left: readonly FoundProcess[]
}

/**
 * Kills all processes of an instance or a session, and resolves when they are gone. Processes that they start meanwhile are found in the
 * next round.
 */
export async function endProcesses(whose: Whose, traces: Traces = {}, snapshot: () => Snapshot = takeSnapshot): Promise<Ended> {
  const ended = new Map<string, FoundProcess>()
  let remembered = traces.remembered ?? []
  for (let round = 0; ; round++) {
    const found = findProcesses(whose, { ...traces, remembered }, snapshot())
    if (found.length === 0 || round === MAX_ROUNDS) return { ended: [...ended.values()], left: found.filter(isRunning) }
    // All are stopped first, because a parent could start another child between two kills.
    if (round > 0) for (const entry of found) signalProcess(entry, 'SIGSTOP')
    const killed = found.filter(entry => signalProcess(entry, 'SIGKILL'))
    // They belong to another user.
    if (killed.length === 0 && found.every(isRunning)) return { ended: [...ended.values()], left: found }
    for (const entry of killed) ended.set(`${entry.pid} ${entry.startTime}`, entry)
    remembered = [...remembered, ...found]
    for (const pause of backoff(LOOKS)) {
      if (!killed.some(isRunning)) break
      await sleep(pause)
    }
    // A snapshot may be shared by all callers in one turn of the event loop. The next round needs a new one.
    await new Promise<void>(resolve => void setImmediate(resolve))
  }
}
