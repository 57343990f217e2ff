import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { removeTree } from '../../platform/remove-tree.ts'
import { removeFolder } from '../../reaper/remove-folder.ts'
import { currentSession } from '../../reaper/session.ts'

/** The folders that play the roles of `/var/task`, `/opt` and `/tmp` for one instance, private to the user. */
export interface InstanceFolders {
  readonly root: string
  readonly task: string
  readonly opt: string
  readonly tmp: string
  /** Removes all of them. */
  remove(): Promise<unknown>
}

export function createInstanceFolders(instanceId: string): InstanceFolders {
  const root = currentSession().instanceFolder(instanceId)
  const folders = { root, task: join(root, 'task'), opt: join(root, 'opt'), tmp: join(root, 'tmp') }
  for (const folder of [folders.task, folders.opt, folders.tmp]) mkdirSync(folder)
  const remove = (): Promise<unknown> => removeTree(root).catch(() => removeFolder(root))
  return { ...folders, remove }
}
