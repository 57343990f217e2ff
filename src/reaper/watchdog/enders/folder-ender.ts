import { rmdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isOurs, removeFolder } from '../../remove-folder.ts'
import type { FolderResource } from '../../resource.ts'
import type { Ender } from './ender.ts'

export const folderEnder: Ender<FolderResource> = {
  refuses({ path }) {
    return isOurs(path) ? undefined : `${path} is not below the user's folder`
  },
  async end({ path }) {
    if (!(await removeFolder(path))) return []
    // The last owner of a session takes its folder along.
    await rmdir(dirname(path)).catch(() => {})
    return [`removed ${path}`]
  },
}
