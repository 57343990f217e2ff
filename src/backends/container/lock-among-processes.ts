import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, watch } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { clearTimeout, setTimeout } from '../../emulator/clock.ts'
import { userFolder } from '../../reaper/user-folder.ts'

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

/** Until the lock is released, or its owner has shown that it lives; one that died is known by the lock's age alone. */
function untilTouched(lock: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const watcher = watch(dirname(lock), (_event, name) => {
      if (name === basename(lock)) done()
    })
    const timer = setTimeout(done, STALE_MS)
    watcher.on('error', reject)
    if (!existsSync(lock)) done()

    function done(): void {
      clearTimeout(timer)
      watcher.close()
      resolve()
    }
  })
}
