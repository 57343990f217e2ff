import { readdirSync } from 'node:fs'
import type { ProcessResource } from '../../../model/resource.ts'
import { backoff, sleep } from '../../../platform/clock.ts'
import { readStat } from '../../../platform/process-identity.ts'
import { findProcesses } from '../../processes/find-processes.ts'
import { signalProcess } from '../../processes/process-table.ts'
import { snapshotOfThisTurn } from '../../processes/snapshot.ts'
import { tracesOf } from '../enders/process-ender.ts'
import type { ClientConnection } from './client-connection.ts'
import { log } from './log.ts'

/** When it is looked whether the lock is free. The processes that hold it are stopped for a second at most. */
const LOOKS = { first: 1, longest: 500, patience: 1000 } as const

/**
 * Frees test processes that hang at the pipe of a function's output. A process that moves bytes from a socket to a pipe by `splice(2)`
 * holds the pipe's lock until bytes come, and a process that reads the pipe meanwhile waits for the lock uninterruptibly: it runs no
 * timer, handles no signal, and can't be killed. Stopping the function's processes interrupts the system call that holds the lock;
 * the kernel restarts it when they continue. @see docs/decisions/log-reader.md
 */
export class HeldPipes {
  /** Threads that waited uninterruptibly when they were last looked at. */
  #suspects: ReadonlySet<string> = new Set()

  /** Called regularly, because no event says that a process hangs. */
  look(clients: Iterable<ClientConnection>): void {
    if (process.platform !== 'linux') return
    const waiting = new Set<string>()
    for (const client of clients) {
      const resources = [...client.resources.values()].filter(resource => resource.kind === 'process')
      if (resources.length === 0 || !client.isHere) continue
      const threads = waitingThreads(client.hello!.owner.pid)
      for (const thread of threads) waiting.add(thread)
      const stuck = threads.find(thread => this.#suspects.has(thread))
      if (stuck !== undefined) void free(stuck, resources)
    }
    this.#suspects = waiting
  }
}

/** The threads of a process that no signal reaches, as `pid/task/tid`. */
function waitingThreads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map(task => `${pid}/task/${task}`)
      .filter(isWaiting)
  } catch {
    return []
  }
}

const isWaiting = (thread: string): boolean => readStat(thread)?.[0] === 'D'

async function free(thread: string, resources: readonly ProcessResource[]): Promise<void> {
  const found = resources.flatMap(resource =>
    findProcesses({ instanceId: resource.instanceId }, tracesOf(resource), snapshotOfThisTurn()),
  )
  // A frozen process holds no lock, and must stay frozen.
  const running = found.filter(({ pid }) => readStat(pid)?.[0] !== 'T')
  for (const entry of running) signalProcess(entry, 'SIGSTOP')
  for (const pause of backoff(LOOKS)) {
    if (!isWaiting(thread)) break
    await sleep(pause)
  }
  for (const entry of running) signalProcess(entry, 'SIGCONT')
  log(
    `thread ${thread} waited for a pipe that a function held: stopped and continued ${running.map(({ pid }) => pid).join(', ')}`,
  )
}
