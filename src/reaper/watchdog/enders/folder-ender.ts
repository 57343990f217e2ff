import { dirname } from 'node:path'
import type { FolderResource } from '../../../model/resource.ts'
import { isOurs, removeFolder } from '../../remove-folder.ts'
import { removeSessionFolderIfEmpty } from '../../session-folder.ts'
import type { Ender } from './ender.ts'

export const folderEnder: Ender<FolderResource> = {
  refusal({ path }) {
    return isOurs(path) ? undefined : `${path} is not below the user's folder`
  },
  async end({ path }) {
    const removed = await removeFolder(path)
    // The last owner of a session takes its folder along.
    removeSessionFolderIfEmpty(dirname(path))
    return removed ? [`removed ${path}`] : []
  },
}
