import { createHash } from 'node:crypto'
import { type FSWatcher, mkdirSync, statSync, watch } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { clearTimeout, now, setTimeout } from '../../../platform/clock.ts'
import { userFolder } from '../../../platform/user-folder.ts'

const STALE_MS = 30_000

/** Waits until no other process of this user, nor another part of this one, does `what`. Gives what ends our turn. */
export async function lockAmongProcesses(kind: 'pull' | 'build', what: string): Promise<() => Promise<void>> {
  const { lock } = await import('proper-lockfile')
  const folder = join(userFolder(), 'locks')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${kind}-${createHash('sha256').update(what).digest('hex').slice(0, 24)}`)
  for (;;) {
    try {
      return await lock(file, { realpath: false, stale: STALE_MS, update: 5_000 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
      await untilTouched(`${file}.lock`)
    }
  }
}

/** Until the lock is released, or its owner has shown that it lives. Where nothing can be watched, for a moment. */
async function untilTouched(lock: string): Promise<void> {
  const watcher = watchFolder(dirname(lock))
  let timer: ReturnType<typeof setTimeout> | undefined
  await new Promise<void>(resolve => {
    watcher
      ?.on('error', () => resolve())
      .on('change', (_event, name) => {
        if (name === basename(lock)) resolve()
      })
    // Only once the lock is watched, since it may go at any time. No event tells that its owner died, only its age.
    const touched = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
    if (touched === undefined) resolve()
    else timer = setTimeout(resolve, watcher === undefined ? 100 : Math.max(touched + STALE_MS - now(), 100))
  })
  clearTimeout(timer)
  watcher?.close()
}

/** A user may have as many watches as are allowed. */
function watchFolder(folder: string): FSWatcher | undefined {
  try {
    return watch(folder)
  } catch {
    return undefined
  }
}
