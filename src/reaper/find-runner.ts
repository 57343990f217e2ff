import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { bootId, hostId, type ProcessIdentity, PS_OPTIONS, readStat, startTimeOf } from '../platform/process-identity.ts'

/**
 * Which run does this process belong to? Found without any setup file: vitest, jest and node:test put a variable of theirs into
 * the environment of the processes they start, so walking up from here as long as a process was *started* with such a variable
 * ends at the runner's main process. That also covers what tests start themselves, and runs within runs: they are the outer run's.
 */
const workerMarks = ['VITEST=', 'JEST_WORKER_ID=', 'NODE_TEST_CONTEXT=']

/** The pid of the runner's main process, which may be the given one; `undefined` if it is gone and others were adopted. */
export function findRunner(pid: number = process.pid): number | undefined {
  for (;;) {
    const seen = startedWith(pid)
    if (seen === undefined || seen.parent <= 0 || !isMarked(seen)) return pid
    const parent = startedWith(seen.parent)
    // A shell that a test started is marked, too.
    if (!isNode(seen.parent) && !(parent !== undefined && isMarked(parent))) return isAdopted(pid, seen.parent) ? undefined : pid
    pid = seen.parent
  }
}

/**
 * The runner's main process, if it is another than this one. One that had been killed before it was looked for is told as process 0,
 * which never runs: so this worker is known for an orphan.
 */
export function currentRunner(): ProcessIdentity | undefined {
  const runner = ownRunner()
  return runner.pid === process.pid ? undefined : runner
}

const gone: ProcessIdentity = { pid: 0, startTime: '' }

function ownRunner(): ProcessIdentity {
  if (runner === undefined) {
    const pid = findRunner()
    const startTime = pid === undefined ? undefined : startTimeOf(pid)
    runner = pid === undefined || startTime === undefined ? gone : { pid, startTime }
  }
  return runner
}
let runner: ProcessIdentity | undefined

/** The session's id for a run that nobody named: all its processes compute the same. */
export function deriveSessionId(): string {
  let { pid, startTime } = ownRunner()
  if (pid === gone.pid) [pid, startTime] = [process.pid, startTimeOf(process.pid) ?? '']
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
    const line = execFileSync('ps', ['-Eww', '-o', 'ppid=,command=', '-p', String(pid)], PS_OPTIONS).trim()
    return { parent: Number.parseInt(line, 10), environment: line.split(' ') }
  } catch {
    return undefined
  }
}

const isMarked = ({ environment }: Started): boolean =>
  workerMarks.some(mark => environment.some(entry => entry.startsWith(mark)))

// Whoever adopts is the first process, or a daemon with a session of its own, where a shell's children are in the shell's.
function isAdopted(pid: number, parent: number): boolean {
  return parent === 1 || (process.platform === 'linux' && readStat(pid)?.[3] !== readStat(parent)?.[3])
}

function isNode(pid: number): boolean {
  try {
    if (process.platform === 'linux')
      return /node|bun|deno|electron/i.test(readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0')[0]!)
    return /node|bun|deno|electron/i.test(execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], PS_OPTIONS))
  } catch {
    return false
  }
}
