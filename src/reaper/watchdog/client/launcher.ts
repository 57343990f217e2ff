import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { packagedProgram } from '../../../platform/packaged-program.ts'
import { idleTimeoutVariable, reconnectionTimeoutVariable } from '../../variables.ts'
import { logPath } from '../address.ts'

/** Enough for some hundred runs; the file is emptied when a watchdog starts and it has grown over this. */
const longestLog = 256 * 1024

/**
 * Starts a watchdog that outlives this process: a session of its own, none of our descriptors, nothing of our environment but what
 * it reads. Resolves when it has been elected, or another was: either way there is one to connect to.
 */
export async function startWatchdog(folder: string): Promise<void> {
  const log = openLog(folder)
  try {
    const child = spawn(process.execPath, [...watchdogProgram(), folder], {
      cwd: '/',
      detached: true,
      env: environment(),
      stdio: ['ignore', log, log, 'pipe'],
    })
    child.unref()
    const said = child.stdio[3] as Readable & { unref?: () => void }
    said.unref?.()
    said.resume()
    const failed = once(child, 'error').then(([error]) => Promise.reject(error))
    // It closes the pipe when it is decided; a watchdog that dies at its start closes it as well, and then connecting fails.
    await Promise.race([once(said, 'close'), failed])
  } finally {
    closeSync(log)
  }
}

function openLog(folder: string): number {
  const log = openSync(logPath(folder), 'a', 0o600)
  if (fstatSync(log).size > longestLog) ftruncateSync(log)
  return log
}

function environment(): NodeJS.ProcessEnv {
  const wanted = [
    'PATH',
    'HOME',
    'TMPDIR',
    'DOCKER_HOST',
    'DOCKER_CERT_PATH',
    'DOCKER_TLS_VERIFY',
    reconnectionTimeoutVariable,
    idleTimeoutVariable,
  ]
  return Object.fromEntries(wanted.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
}

/** Lite mode saves 2 MB, and has no WebAssembly, with which Node reads TypeScript. */
export const watchdogFlags: readonly string[] = ['--lite-mode', '--max-semi-space-size=1', '--expose-gc', '--no-warnings']

function watchdogProgram(): string[] {
  const { file, isBuilt } = packagedProgram(import.meta.url, { built: './watchdog.mjs', source: '../server/main.ts' })
  return [...(isBuilt ? watchdogFlags : ['--no-warnings']), file]
}
