import { closeSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { currentSession } from './session.ts'
import { once } from './session-folder.ts'

/**
 * Whether this is the first of the session's processes to ask that, as long as one of them has something on disk.
 * @throws RuntimeError `TEMP_FOLDER_UNUSABLE`
 */
export function firstOfSession(what: string): boolean {
  try {
    closeSync(openSync(join(dirname(currentSession().folder), once + what), 'wx', 0o600))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
