import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bootId, hostId, type ProcessIdentity, psOptions, readStat, startTimeOf } from './processes/process-identity.ts'

/**
 * Which run does this process belong to? Found without any setup file: vitest, jest and node:test put a variable of theirs into
 * the environment of the processes they start, so walking up from here as long as a process was *started* with such a variable
 * ends at the runner's main process. That also covers what tests start themselves, and runs within runs: they are the outer run's.
 */
const workerMarks = ['VITEST=', 'JEST_WORKER_ID=', 'NODE_TEST_CONTEXT=']

/** The pid of the runner's main process, which may be this one. */
export function findRunner(pid: number = process.pid): number {
  for (;;) {
    const seen = startedWith(pid)
    if (seen === undefined || !workerMarks.some(mark => seen.environment.some(entry => entry.startsWith(mark)))) return pid
    // A process whose parent died was adopted by another that never was a runner.
    if (seen.parent <= 0 || !isNode(seen.parent)) return pid
    pid = seen.parent
  }
}

/** The runner's main process, if it is another than this one. */
export function runnerOfThis(): ProcessIdentity | undefined {
  const { pid, startTime } = ownRunner()
  return pid === process.pid || startTime === '' ? undefined : { pid, startTime }
}

function ownRunner(): ProcessIdentity {
  if (runner === undefined) {
    const pid = findRunner()
    runner = { pid, startTime: startTimeOf(pid) ?? '' }
  }
  return runner
}
let runner: ProcessIdentity | undefined

/** The session's id for a run that nobody named: all its processes compute the same. */
export function deriveSessionId({ pid, startTime }: ProcessIdentity = ownRunner()): string {
  const identity = [hostId(), bootId(), String(pid), startTime]
  return createHash('sha256').update(identity.join('\0')).digest('hex').slice(0, 16)
}

interface Started {
  readonly parent: number
  readonly environment: readonly string[]
}

// Not process.env: runners set their variables in their own process too, and only the environment at the start tells the two apart.
function startedWith(pid: number): Started | undefined {
  try {
    if (process.platform === 'linux') {
      const parent = Number(readStat(pid)?.[1] ?? 0)
      return { parent, environment: readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0') }
    }
    const line = execFileSync('ps', ['-Eww', '-o', 'ppid=,command=', '-p', String(pid)], psOptions).trim()
    return { parent: Number.parseInt(line, 10), environment: line.split(' ') }
  } catch {
    return undefined
  }
}

function isNode(pid: number): boolean {
  try {
    if (process.platform === 'linux')
      return /node|bun|deno|electron/i.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')[0]!)
    return /node|bun|deno|electron/i.test(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], psOptions))
  } catch {
    return false
  }
}
