import { dirname } from 'node:path'
import type { FolderResource } from '../../../model/resource.ts'
import { isOurs, removeFolder } from '../../remove-folder.ts'
import { removeSessionFolder } from '../../session-folder.ts'
import type { Ender } from './ender.ts'

export const folderEnder: Ender<FolderResource> = {
  refusal({ path }) {
    return isOurs(path) ? undefined : `${path} is not below the user's folder`
  },
  async end({ path }) {
    const isRemoved = await removeFolder(path)
    removeSessionFolder(dirname(path))
    return isRemoved ? [`removed ${path}`] : []
  },
}
