import { readdirSync } from 'node:fs'
import type { ProcessResource } from '../../../model/resource.ts'
import { setTimeout } from '../../../platform/clock.ts'
import { readStat } from '../../../platform/process-identity.ts'
import { findProcesses } from '../../processes/find-processes.ts'
import { signalProcess } from '../../processes/process-table.ts'
import { snapshotOfThisTurn } from '../../processes/snapshot.ts'
import { tracesOf } from '../enders/process-ender.ts'
import type { ClientConnection } from './client-connection.ts'
import { log } from './log.ts'

/** How long what holds the lock stands still at most, in ms. */
const patience = 1000

/**
 * Frees test processes that hang at the pipe of a function's output. Whoever moves bytes from a socket to a pipe by `splice(2)` holds
 * the pipe's lock until something comes, and who reads the pipe meanwhile waits for it as for a disk: it runs no timer, hears no
 * signal, and can't be killed. A stop interrupts the system call that holds the lock, and the kernel begins it again afterwards.
 */
export class HeldPipes {
  /** Threads that waited so when they were last looked at. */
  #suspects: ReadonlySet<string> = new Set()

  /** To be called from time to time, since no event tells of it. */
  look(clients: Iterable<ClientConnection>): void {
    if (process.platform !== 'linux') return
    const waiting = new Set<string>()
    for (const client of clients) {
      const processes = [...client.held.values()].filter(resource => resource.kind === 'process')
      if (processes.length === 0 || !client.isHere) continue
      const threads = waitingThreads(client.hello!.owner.pid)
      for (const thread of threads) waiting.add(thread)
      const stuck = threads.find(thread => this.#suspects.has(thread))
      if (stuck !== undefined) void free(stuck, processes)
    }
    this.#suspects = waiting
  }
}

/** Those that no signal reaches, as `pid/task/tid`. */
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
  // What is frozen holds no lock, and stays frozen.
  const running = found.filter(({ pid }) => readStat(pid)?.[0] !== 'T')
  for (const entry of running) signalProcess(entry, 'SIGSTOP')
  for (let pause = 1; pause < patience && isWaiting(thread); pause *= 2) await new Promise(resolve => setTimeout(resolve, pause))
  for (const entry of running) signalProcess(entry, 'SIGCONT')
  log(`thread ${thread} waited for what a function held: ${running.map(({ pid }) => pid).join(', ')} made way`)
}
