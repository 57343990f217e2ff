import { createHash } from 'node:crypto'
import { type FSWatcher, mkdirSync, statSync, watch } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { clearTimeout, now, setTimeout } from '../../../platform/clock.ts'
import { userFolder } from '../../../platform/user-folder.ts'

const STALE_MS = 30_000

/**
 * Waits until nobody else in this process, or in another process of this user, holds the lock of `what`. Returns its release.
 * @param signal ends the wait
 */
export async function lockAmongProcesses(
  kind: 'pull' | 'build',
  what: string,
  signal?: AbortSignal,
): Promise<() => Promise<void>> {
  const { lock } = await import('proper-lockfile')
  const folder = join(userFolder(), 'locks')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${kind}-${createHash('sha256').update(what).digest('hex').slice(0, 24)}`)
  for (;;) {
    signal?.throwIfAborted()
    try {
      return await lock(file, { realpath: false, stale: STALE_MS, update: 5_000 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
      await lockChange(`${file}.lock`, signal)
    }
  }
}

/** Resolves when the lock is released or renewed, or when it has become stale. If it can't be watched, resolves soon. */
async function lockChange(lock: string, signal: AbortSignal | undefined): Promise<void> {
  const watcher = watchFolder(dirname(lock))
  let timer: ReturnType<typeof setTimeout> | undefined
  await new Promise<void>(resolve => {
    signal?.addEventListener('abort', () => resolve(), { once: true })
    watcher
      ?.on('error', () => resolve())
      .on('change', (_event, name) => {
        if (name === basename(lock)) resolve()
      })
    // Read after the watch has begun, so that no release is missed. That its owner died shows in the lock's age only.
    const renewed = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
    if (renewed === undefined) resolve()
    else timer = setTimeout(resolve, watcher === undefined ? 100 : Math.max(renewed + STALE_MS - now(), 100))
  })
  clearTimeout(timer)
  watcher?.close()
}

/** Watching fails if the user has no watches left. */
function watchFolder(folder: string): FSWatcher | undefined {
  try {
    return watch(folder)
  } catch {
    return undefined
  }
}
