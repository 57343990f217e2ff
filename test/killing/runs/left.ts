import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { processesIn, userFolderIn } from '../support.ts'

/** What is left of a session: processes, found by where they work, and folders. The library itself relies on other marks. */
export function leftOf(temp: string, session: string): readonly string[] {
  const folder = join(userFolderIn(temp), 'sessions', session)
  return [...processesIn(folder).map(pid => `process ${pid}`), ...(existsSync(folder) ? [folder] : [])]
}

/** The same for all sessions but one. */
export function leftOfOthers(temp: string, living: string): readonly string[] {
  const sessions = join(userFolderIn(temp), 'sessions')
  const others = existsSync(sessions) ? readdirSync(sessions).filter(name => name !== living) : []
  const processes = processesIn(sessions).filter(pid => !workingFolder(pid).startsWith(join(sessions, living)))
  return [...processes.map(pid => `process ${pid} in ${workingFolder(pid)}`), ...others.map(name => join(sessions, name))]
}

function workingFolder(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return ''
  }
}
