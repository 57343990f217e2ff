import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { askWatchdog } from '../../src/reaper/watchdog/client/ask.ts'

export const root: string = fileURLToPath(new URL('../..', import.meta.url))

/** A temp folder of this test's own, and with it a user's folder, sessions and a watchdog that no other test knows. */
export function ownTemp(after: (cleanUp: () => void) => void = onTestFinished): string {
  const path = mkdtempSync(join(tmpdir(), 'lf-'))
  after(() => {
    for (const pid of watchdogsOf(path)) process.kill(pid, 'SIGKILL')
    for (const pid of processesIn(path)) process.kill(pid, 'SIGKILL')
    rmSync(path, { recursive: true, force: true })
  })
  return path
}

/** The environment of a run that knows nothing of the one this test is in. */
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

/** In which no container engine is found. */
export const withoutEngines: Readonly<Record<string, string>> = {
  DOCKER_HOST: 'unix:///nonexistent/docker.sock',
  CONTAINER_HOST: 'unix:///nonexistent/podman.sock',
}

export interface ClientReport {
  readonly session: string
  readonly folder: string
  readonly instances: readonly { readonly id: string; readonly pid: number }[]
}

/** Starts `fixtures/client.ts`: a process that, like a test worker, has fake runtimes of the given kinds. */
export async function startClient(
  temp: string,
  kinds: readonly string[],
  more: Record<string, string> = {},
  { sources = root, stderr = 'inherit' }: { readonly sources?: string; readonly stderr?: 'inherit' | 'ignore' } = {},
): Promise<{ child: ChildProcess; report: ClientReport; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--no-warnings', join(sources, 'test/killing/fixtures/client.ts'), ...kinds], {
    env: cleanEnv(temp, more),
    stdio: ['pipe', 'pipe', stderr],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { child, report: JSON.parse(line), kill }
}

/** The pids of all processes that work below a folder, found by nothing the library uses for certain. */
export function processesIn(folder: string): number[] {
  return pids().filter(pid => {
    try {
      const alive = !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z')
      return alive && readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`)
    } catch {
      return false
    }
  })
}

/** Processes with this in their command line. */
export function processesSaying(words: string): number[] {
  return pids().filter(pid => {
    try {
      return (
        !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z') &&
        readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(words)
      )
    } catch {
      return false
    }
  })
}

export function watchdogsOf(temp: string): number[] {
  return processesSaying(`${temp}/`).filter(pid => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('watchdog'))
}

export function userFolderIn(temp: string): string {
  return join(temp, `lambda-fixtures-${process.getuid!()}`)
}

export function statusIn(temp: string): ReturnType<typeof askWatchdog> {
  return askWatchdog(join(userFolderIn(temp), 'watchdog'))
}

const pids = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0)

export function isAlive(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z')
  } catch {
    return false
  }
}

/** Processes that were started with this in their environment. */
export function processesWith(entry: string): number[] {
  return pids().filter(pid => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(entry)
    } catch {
      return false
    }
  })
}

export function groupOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')[2])
  } catch {
    return undefined
  }
}
