import { createHash } from 'node:crypto'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { makePrivateFolder, userFolder } from '../../platform/user-folder.ts'

/** Linux takes 107 bytes of a socket's path, macOS 103; a candidate's name needs some more than the elected one's. */
const longestPath = 80

/** The folder for the watchdog's socket and log, private to this user; created if missing. */
export function watchdogFolder(): string {
  const folder = userFolder()
  const path = join(folder, 'watchdog')
  makePrivateFolder(path)
  if (Buffer.byteLength(path) <= longestPath) return path
  const short = `/tmp/lambda-fixtures-${userInfo().uid}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`
  makePrivateFolder(short)
  return short
}
