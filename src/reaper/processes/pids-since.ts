import { existsSync, readdirSync } from 'node:fs'
import { readProc } from '../../platform/read-proc.ts'

/** The moment when a process started, by the order in which the kernel gives out pids. */
export interface Moment {
  readonly pid: number
  /** How many processes and threads this machine had started by then. */
  readonly forks: number
  /** Whether the kernel tells the last pid: some containers have another machine's `/proc/loadavg`. */
  readonly knowsLast: boolean
}

/** Trying this many numbers takes less time than listing the processes of a busy machine. */
const FEW = 500
/** When the kernel begins again with low pids, it leaves out those below. */
const RESERVED = 300

/** To be called right after this process was started. */
export function momentOf(pid: number): Moment {
  const ahead = lastPid() - pid
  return { pid, forks: countForks(), knowsLast: ahead >= 0 && ahead < FEW }
}

/**
 * The pids of the process and of all that were started later, among them all that it has started, whoever is their parent now. Older processes cost nothing, because the kernel gives out pids in ascending order. If it has begun again with low ones since,
 * these are the pids of all processes. Some numbers may be those of threads.
 */
export function pidsSince({ pid, forks, knowsLast }: Moment): number[] {
  const last = lastPid()
  const limit = Number(readProc('/proc/sys/kernel/pid_max'))
  const isAscending = last >= pid && countForks() - forks < limit - RESERVED
  if (!isAscending) return allPids()
  if (!knowsLast || last - pid > FEW) return allPids().filter(other => other >= pid)
  return Array.from({ length: last - pid + 1 }, (_, index) => pid + index).filter(other => existsSync(`/proc/${other}`))
}

export function allPids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

function lastPid(): number {
  return Number(readProc('/proc/loadavg')?.split(' ').at(-1))
}

function countForks(): number {
  return Number(/^processes (\d+)$/m.exec(readProc('/proc/stat') ?? '')?.[1])
}
