import { mkdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { currentSession } from '../../reaper/session.ts'

/** The folders that play the roles of `/var/task`, `/opt` and `/tmp` for one instance, private to the user. */
export interface InstanceFolders {
  readonly root: string
  readonly task: string
  readonly opt: string
  readonly tmp: string
  /** Removes all of them. */
  remove(): Promise<void>
}

export function createInstanceFolders(instanceId: string): InstanceFolders {
  const root = currentSession().instanceFolder(instanceId)
  const folders = { root, task: join(root, 'task'), opt: join(root, 'opt'), tmp: join(root, 'tmp') }
  for (const folder of [folders.task, folders.opt, folders.tmp]) mkdirSync(folder)
  return { ...folders, remove: () => rm(root, { recursive: true, force: true, maxRetries: 3 }) }
}
