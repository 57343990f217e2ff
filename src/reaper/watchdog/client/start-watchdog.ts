import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fstatSync, ftruncateSync, openSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { packagedProgram } from '../../../platform/packaged-program.ts'
import { IDLE_TIMEOUT_VARIABLE, RECONNECTION_TIMEOUT_VARIABLE } from '../../variables.ts'
import { logPath } from '../watchdog-folder.ts'

/** Enough for some hundred runs. A watchdog that starts empties a longer file. */
const LONGEST_LOG = 256 * 1024

/** Lite mode saves 2 MB. It has no WebAssembly, which Node needs to read TypeScript. */
export const WATCHDOG_FLAGS: readonly string[] = ['--lite-mode', '--max-semi-space-size=1', '--expose-gc', '--no-warnings']

/** The variables that the watchdog reads. */
const VARIABLES = ['TMPDIR', RECONNECTION_TIMEOUT_VARIABLE, IDLE_TIMEOUT_VARIABLE]

/**
 * Starts a watchdog that outlives this process: it has a session of its own and none of our descriptors. Resolves when it or another
 * one has been elected, so that there is one to connect to.
 */
export async function startWatchdog(folder: string): Promise<void> {
  const log = openLog(folder)
  try {
    const child = spawn(process.execPath, [...watchdogProgram(), folder], {
      cwd: '/',
      detached: true,
      env: Object.fromEntries(VARIABLES.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))),
      stdio: ['ignore', log, log, 'pipe'],
    })
    child.unref()
    const election = child.stdio[3] as Readable & { unref?: () => void }
    election.unref?.()
    election.resume()
    const failed = once(child, 'error').then(([error]) => Promise.reject(error))
    // The pipe closes when the election is over, and also when the watchdog dies at its start. Then connecting fails.
    await Promise.race([once(election, 'close'), failed])
  } finally {
    closeSync(log)
  }
}

function openLog(folder: string): number {
  const log = openSync(logPath(folder), 'a', 0o600)
  if (fstatSync(log).size > LONGEST_LOG) ftruncateSync(log)
  return log
}

function watchdogProgram(): string[] {
  const { file, isBuilt } = packagedProgram(import.meta.url, { built: './watchdog.mjs', source: '../server/main.ts' })
  return [...(isBuilt ? WATCHDOG_FLAGS : ['--no-warnings']), file]
}
