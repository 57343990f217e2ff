import { execFileSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** One process, told apart from a later one with the same pid. */
export interface ProcessIdentity {
  readonly pid: number
  /** Digits: Linux, clock ticks after boot (so a clock that was set doesn't change it); elsewhere, seconds of the epoch. */
  readonly startTime: string
}

/** The fields of `/proc/PID/stat` after the name, which may itself hold spaces and parentheses: field 3 is at index 0. Also of `PID/task/TID`. */
export function readStat(pid: number | string): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** When the process with this pid started, or `undefined` if there is none. A zombie is none: nothing of it is left to end. */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = readStat(pid)
    return stat === undefined || stat[0] === 'Z' || stat[0] === 'X' ? undefined : stat[19]
  }
  return psStartTime(pid)
}

export function isRunning(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime
}

/** Changes with each boot. */
export function bootId(): string {
  boot ??= process.platform === 'linux' ? readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim() : sysctlBoot()
  return boot
}
let boot: string | undefined

/** This machine's name; in a container with pids of its own, that namespace's number follows, because pids only mean something within it. */
export function hostId(): string {
  host ??= hostname() + pidNamespaceSuffix()
  return host
}
let host: string | undefined

function pidNamespaceSuffix(): string {
  try {
    const inode = /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0]
    // 0xEFFFFFFC, the number every Linux kernel gives to its first pid namespace.
    return inode === undefined || inode === '4026531836' ? '' : `.${inode}`
  } catch {
    return ''
  }
}

function psStartTime(pid: number): string | undefined {
  try {
    const text = execFileSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], psOptions).trim()
    return text.startsWith('Z') ? undefined : parsePsStart(text.slice(text.indexOf(' ')))
  } catch {
    return undefined
  }
}

/** `lstart` of ps(1), in UTC as {@link psOptions} ask for, in seconds. */
export function parsePsStart(text: string): string | undefined {
  const ms = Date.parse(`${text.trim()} UTC`)
  return Number.isNaN(ms) ? undefined : String(ms / 1000)
}

/** `ps` speaks English, and UTC. */
export const psOptions: {
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
    return execFileSync('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'], psOptions).trim()
  } catch {
    return 'unknown'
  }
}
