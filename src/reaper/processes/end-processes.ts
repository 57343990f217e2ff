import { setTimeout } from '../../platform/clock.ts'
import { isRunning } from '../../platform/process-identity.ts'
import { type FoundProcess, findProcesses, type Traces, type Whose } from './find-processes.ts'
import { signalProcess } from './process-table.ts'
import { type Snapshot, takeSnapshot } from './snapshot.ts'

/** A process that forks as fast as it can is overtaken, because the stopped ones don't fork any more. */
const maxRounds = 20

/**
 * Kills all of an environment's or a session's processes, and resolves with them when they are gone. What they start while they are
 * being killed is found in the next round.
 */
export async function endProcesses(
  whose: Whose,
  traces: Traces = {},
  snapshot: () => Snapshot = takeSnapshot,
): Promise<FoundProcess[]> {
  const ended = new Map<string, FoundProcess>()
  let remembered = traces.remembered ?? []
  for (let round = 0; round < maxRounds; round++) {
    const found = findProcesses(whose, { ...traces, remembered }, snapshot())
    if (found.length === 0) break
    // All stopped first: killed one by one, a parent could start another child between two kills.
    if (round > 0) for (const entry of found) signalProcess(entry, 'SIGSTOP')
    // SIGKILL ends also what is stopped.
    for (const entry of found) if (signalProcess(entry, 'SIGKILL')) ended.set(`${entry.pid} ${entry.startTime}`, entry)
    remembered = [...remembered, ...found]
    await gone(found)
  }
  return [...ended.values()]
}

// These are nobody's children here, so there is no event for their end: looked for, at most 200 ms.
async function gone(found: readonly FoundProcess[]): Promise<void> {
  for (let pause = 1; pause < 128 && found.some(isRunning); pause *= 2) {
    await new Promise(resolve => setTimeout(resolve, pause))
  }
}
