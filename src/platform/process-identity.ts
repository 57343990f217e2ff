import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { readProc } from './read-proc.ts'

/** A process, and not a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number
  /** Digits. On Linux clock ticks after boot, which setting the clock does not change; elsewhere seconds since the epoch. */
  readonly startTime: string
}

/**
 * The fields of `/proc/PID/stat` from the third on, the state. The second, the name, may contain spaces and parentheses.
 * @param pid or `PID/task/TID`
 */
export function readStat(pid: number | string): readonly string[] | undefined {
  const stat = readProc(`/proc/${pid}/stat`)
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** When the process with this pid started; `undefined` if none runs. A zombie does not run. */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return psStartTime(pid)
  const stat = readStat(pid)
  return stat === undefined || isDead(stat) ? undefined : stat[19]
}

/** Whether a process with these fields of {@link readStat} has ended, and only waits for its parent. */
export function isDead([state]: readonly string[]): boolean {
  return state === 'Z' || state === 'X'
}

export function isRunning(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime
}

/** An id of this boot of the machine. */
export function bootId(): string {
  boot ??= process.platform === 'linux' ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : sysctlBoot()
  return boot
}
let boot: string | undefined

/**
 * This machine's name. In a container with its own pids or clock, the numbers of these namespaces follow, because pids and start times
 * only mean something in them.
 */
export function hostId(): string {
  host ??= hostname() + namespaceSuffix('pid', 0xeffffffc) + namespaceSuffix('time', 0xeffffffa)
  return host
}
let host: string | undefined

/** @param first the number that every Linux kernel gives to its first namespace of this kind */
function namespaceSuffix(kind: 'pid' | 'time', first: number): string {
  try {
    const inode = /\d+/.exec(readlinkSync(`/proc/self/ns/${kind}`))?.[0]
    return inode === undefined || Number(inode) === first ? '' : `.${inode}`
  } catch {
    return ''
  }
}

function psStartTime(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], PS_OPTIONS).trim()
    return text.startsWith('Z') ? undefined : parsePsStart(text.slice(text.indexOf(' ')))
  } catch {
    return undefined
  }
}

/** `lstart` of ps(1), in UTC as with {@link PS_OPTIONS}, in seconds since the epoch. */
export function parsePsStart(text: string): string | undefined {
  const ms = Date.parse(`${text.trim()} UTC`)
  return Number.isNaN(ms) ? undefined : String(ms / 1000)
}

/** For `execFileSync`: `ps` answers in English and in UTC. */
export const PS_OPTIONS: {
  readonly encoding: 'utf8'
  readonly env: NodeJS.ProcessEnv
  readonly stdio: ['ignore', 'pipe', 'ignore']
  readonly maxBuffer: number
} = {
  encoding: 'utf8',
  env: { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' },
  stdio: ['ignore', 'pipe', 'ignore'],
  maxBuffer: 64 << 20,
}

function sysctlBoot(): string {
  try {
    return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], PS_OPTIONS).trim()
  } catch {
    return 'unknown'
  }
}
