import { execFileSync } from 'node:child_process'
import { isDead, isRunning, type ProcessIdentity, PS_OPTIONS, parsePsStart, readStat } from '../../platform/process-identity.ts'
import { allPids, type Moment, pidsSince } from './pids-since.ts'

/** A running process. */
export interface TableEntry extends ProcessIdentity {
  readonly parent: number
  /** The id of its process group. */
  readonly group: number
  readonly hasTerminal: boolean
}

/** Running processes by pid. A zombie does not run. @param since on Linux, only processes that were started later are listed */
export function listProcesses(since?: Moment): Map<number, TableEntry> {
  return process.platform === 'linux' ? listProc(since === undefined ? allPids() : pidsSince(since)) : listPs()
}

function listProc(pids: Iterable<number>): Map<number, TableEntry> {
  const table = new Map<number, TableEntry>()
  for (const pid of pids) {
    const stat = readStat(pid)
    if (stat === undefined || isDead(stat) || isThread(stat)) continue
    table.set(pid, { pid, startTime: stat[19]!, parent: Number(stat[1]), group: Number(stat[2]), hasTerminal: stat[4] !== '0' })
  }
  return table
}

/** /proc has files for the numbers of threads too, though it does not list them. A thread sends no signal to a parent at its end. */
function isThread(stat: readonly string[]): boolean {
  return stat[35] === '-1'
}

function listPs(): Map<number, TableEntry> {
  const table = new Map<number, TableEntry>()
  const text = execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,stat=,tty=,lstart='], PS_OPTIONS)
  for (const line of text.split('\n')) {
    const [pid, parent, group, stat, tty, ...started] = line.trim().split(/\s+/)
    const startTime = parsePsStart(started.join(' '))
    if (startTime === undefined || stat?.startsWith('Z')) continue
    const numbers = { pid: Number(pid), parent: Number(parent), group: Number(group) }
    table.set(numbers.pid, { ...numbers, startTime, hasTerminal: tty !== '??' })
  }
  return table
}

/** All descendants of the given processes in this table. The given ones are left out. */
export function descendantsIn(table: ReadonlyMap<number, TableEntry>, roots: Iterable<number>): TableEntry[] {
  const children = Map.groupBy(table.values(), entry => entry.parent)
  const found = new Map<number, TableEntry>()
  const queue = [...roots]
  const given = new Set(queue)
  for (let pid = queue.pop(); pid !== undefined; pid = queue.pop()) {
    for (const child of children.get(pid) ?? []) {
      if (found.has(child.pid) || given.has(child.pid)) continue
      found.set(child.pid, child)
      queue.push(child.pid)
    }
  }
  return [...found.values()]
}

/** Signals this process, and no other that got its pid later. Never signals the process that calls it. `true` if it was signalled. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (identity.pid === process.pid || !isRunning(identity)) return false
  try {
    process.kill(identity.pid, signal)
    return true
  } catch {
    return false
  }
}
