import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { watchdogStatus } from '../../src/reaper/watchdog/client/ask-watchdog.ts'
import { logPath, socketPath } from '../../src/reaper/watchdog/watchdog-folder.ts'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** The reconnection timeout, 300 ms in these tests, and the 5 s that the watchdog may take. */
export const WITHIN: { readonly timeout: number; readonly interval: number } = { timeout: 5300, interval: 20 }

/** A temporary folder of this test's own, and so a user's folder, sessions and a watchdog that no other test shares. */
export function ownTemp(after: (cleanUp: () => void) => void = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'lf-'))
  after(() => {
    for (const pid of watchdogsOf(path)) process.kill(pid, 'SIGKILL')
    for (const pid of processesIn(path)) process.kill(pid, 'SIGKILL')
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

/** The environment of a run that does not belong to the run of this test. */
export function cleanEnv(temp: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    PATH: process.env.PATH!,
    HOME: process.env.HOME ?? '/',
    TMPDIR: temp,
    LAMBDA_FIXTURES_RECONNECTION_TIMEOUT: '300ms',
    LAMBDA_FIXTURES_IDLE_TIMEOUT: '20s',
    ...more,
  }
}

/** An environment in which no container engine is found. */
export const withoutEngines: Readonly<Record<string, string>> = {
  DOCKER_HOST: 'unix:///nonexistent/docker.sock',
  CONTAINER_HOST: 'unix:///nonexistent/podman.sock',
}

/** Starts a process that the kernel kills when this one dies, so that tests that are cut off leave nothing. Killed after the test. */
export function spawnTied(
  [file, ...args]: readonly string[],
  options: SpawnOptions,
  after: (cleanUp: () => void) => void = onTestFinished,
): ChildProcess {
  const command = [...(process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', '--'] : []), file!, ...args]
  const child = spawn(command[0]!, command.slice(1), options)
  after(() => void child.kill('SIGKILL'))
  return child
}

/** Node with TypeScript sources. */
export const node = (...args: readonly string[]): string[] => [process.execPath, '--no-warnings', ...args]

export interface ClientReport {
  readonly session: string
  readonly folder: string
  readonly instances: readonly { readonly id: string; readonly pid: number }[]
}

/** Starts `fixtures/client.ts`: a process that has fake runtimes of the given kinds, as a test worker has runtimes. */
export async function startClient(
  temp: string,
  kinds: readonly string[],
  more: Record<string, string> = {},
  { sources = root, stderr = 'inherit' }: { readonly sources?: string; readonly stderr?: 'inherit' | 'ignore' } = {},
): Promise<{ child: ChildProcess; report: ClientReport; kill(): Promise<void> }> {
  const child = spawnTied(node(join(sources, 'test/killing/fixtures/client.ts'), ...kinds), {
    env: cleanEnv(temp, more),
    stdio: ['pipe', 'pipe', stderr],
  })
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { child, report: JSON.parse(line), kill }
}

/** The processes that work below a folder. The library itself relies on other marks. */
export function processesIn(folder: string): number[] {
  return pids().filter(pid => {
    try {
      return isAlive(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`)
    } catch {
      return false
    }
  })
}

/** The processes that have this in their command line. */
export function processesSaying(words: string): number[] {
  return pids().filter(pid => isAlive(pid) && read(`/proc/${pid}/cmdline`).includes(words))
}

/** The processes that were started with this in their environment. */
export function processesWith(entry: string): number[] {
  return pids().filter(pid => read(`/proc/${pid}/environ`).includes(entry))
}

export function watchdogsOf(temp: string): number[] {
  return processesSaying(`${temp}/`).filter(pid => read(`/proc/${pid}/cmdline`).includes('watchdog'))
}

export function userFolderIn(temp: string, uid: number = process.getuid!()): string {
  return join(temp, `lambda-fixtures-${uid}`)
}

export const watchdogFolderIn = (temp: string, uid?: number): string => join(userFolderIn(temp, uid), 'watchdog')
export const socketIn = (temp: string): string => socketPath(watchdogFolderIn(temp))
export const logIn = (temp: string, uid?: number): string => readFileSync(logPath(watchdogFolderIn(temp, uid)), 'utf8')

export function statusIn(temp: string): ReturnType<typeof watchdogStatus> {
  return watchdogStatus(watchdogFolderIn(temp))
}

export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`)
  return stat !== '' && !stat.includes(') Z')
}

export function groupOf(pid: number): number {
  return Number(read(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ')[2])
}

const pids = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0)

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
