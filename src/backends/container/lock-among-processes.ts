import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from '../../emulator/clock.ts'
import { userFolder } from '../../reaper/user-folder.ts'

/** Waits until no other process of this user, nor another part of this one, does `what`. Gives what ends our turn. */
export async function lockAmongProcesses(kind: 'pull' | 'build', what: string): Promise<() => Promise<void>> {
  const { lock } = await import('proper-lockfile')
  const folder = join(userFolder(), 'locks')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, `${kind}-${createHash('sha256').update(what).digest('hex').slice(0, 24)}`)
  for (;;) {
    try {
      return await lock(file, { realpath: false, stale: 30_000, update: 5_000 })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
      // No event tells of another process's lock.
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
}
