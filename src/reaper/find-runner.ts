import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { isMainThread } from 'node:worker_threads'
import { bootId, hostId, type ProcessIdentity, PS_OPTIONS, readStat, startTimeOf } from '../platform/process-identity.ts'
import { readProc } from '../platform/read-proc.ts'

/** vitest, jest and node:test set one of these variables for the processes that they start. */
const MARKS = ['VITEST=', 'JEST_WORKER_ID=', 'NODE_TEST_CONTEXT=']
/** The program of a worker process of vitest or jest. */
const WORKER = /[\\/](vitest|jest-worker)[\\/](dist|build)[\\/]/
/** Stands for a runner that was killed before it was looked for. It never runs. */
const DEAD: ProcessIdentity = { pid: 0, startTime: '' }

interface Started {
  readonly parent: number
  readonly environment: readonly string[]
}

/**
 * The session's id for a run that nobody named. All processes of the run compute the same: it is derived from the topmost process of
 * the run, found by walking up the parents as long as they were *started* with a runner's variable. So what tests start belongs to
 * their run, and a run within a run belongs to the outer one.
 */
export function deriveSessionId(): string {
  const pid = topmostProcess()
  const identity = [hostId(), bootId(), String(pid), startTimeOf(pid) ?? '']
  return createHash('sha256').update(identity.join('\0')).digest('hex').slice(0, 16)
}

/**
 * The test runner's main process, if this process is one of its workers: without the runner, nobody waits for a worker's results.
 * A script that a test or a global setup started inherits the runner's variables, but is no worker, and may outlive the runner.
 */
export function currentRunner(): ProcessIdentity | undefined {
  const started = startedWith(process.pid)
  if (started === undefined || !isMarked(started) || !isWorker(started)) return undefined
  const { parent } = started
  if (!isNode(parent) && isAdopter(parent)) return DEAD
  const startTime = startTimeOf(parent)
  return startTime === undefined ? DEAD : { pid: parent, startTime }
}

/** Whether a process runs a JavaScript runtime. */
export function isNode(pid: number): boolean {
  return /node|bun|deno|electron/i.test(commandOf(pid)[0] ?? '')
}

function topmostProcess(): number {
  let pid = process.pid
  for (let seen = startedWith(pid); seen !== undefined && seen.parent > 0 && isMarked(seen); ) {
    const parent = startedWith(seen.parent)
    // A shell that a test started has the variable, too. One that started the runner has not.
    if (!isNode(seen.parent) && !(parent !== undefined && isMarked(parent))) break
    pid = seen.parent
    seen = parent
  }
  return pid
}

/** Whether this process was started to run test files. In a worker thread, `process.argv` is the thread's. */
function isWorker({ parent, environment }: Started): boolean {
  if (!isMainThread) return false
  if (WORKER.test(process.argv[1] ?? '')) return true
  if (!environment.includes('NODE_TEST_CONTEXT=child-v8') || process.send !== undefined) return false
  // Node 24 passes its flags on. For older ones, the parent shows that it runs tests.
  return [...process.execArgv, ...commandOf(parent)].some(argument => /^--test(-|$)/.test(argument))
}

/** An adopter is the first process, or a daemon with a session of its own. A shell's children are in the shell's session. */
function isAdopter(parent: number): boolean {
  return parent === 1 || (process.platform === 'linux' && readStat(process.pid)?.[3] !== readStat(parent)?.[3])
}

const isMarked = ({ environment }: Started): boolean => MARKS.some(mark => environment.some(entry => entry.startsWith(mark)))

/** `process.env` and `process.ppid` don't serve: runners set their variables in their own process, and jest copies `process`. */
function startedWith(pid: number): Started | undefined {
  if (process.platform === 'linux') {
    const environment = readProc(`/proc/${pid}/environ`)?.split('\0')
    return environment && { parent: Number(readStat(pid)?.[1] ?? 0), environment }
  }
  const [parent, ...environment] = ps('-Eww', 'ppid=,command=', pid)
  return parent === undefined ? undefined : { parent: Number(parent), environment }
}

function commandOf(pid: number): readonly string[] {
  if (process.platform === 'linux') return readProc(`/proc/${pid}/cmdline`)?.split('\0') ?? []
  return ps('-ww', 'command=', pid)
}

/** The words of a process's line; none if there is no such process. */
function ps(flags: string, columns: string, pid: number): string[] {
  try {
    return execFileSync('ps', [flags, '-o', columns, '-p', String(pid)], PS_OPTIONS)
      .trim()
      .split(/\s+/)
  } catch {
    return []
  }
}
