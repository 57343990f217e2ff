import { createHash } from 'node:crypto'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { makePrivateFolder, userFolder } from '../user-folder.ts'

/** Counts up when clients and watchdogs of different versions could not work together; each version has a socket of its own. */
export const protocolVersion = 1

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

/** The socket of the elected watchdog. */
export function socketPath(folder: string, version: number = protocolVersion): string {
  return join(folder, `v${version}.sock`)
}

/** Where a watchdog listens before it is elected. */
export function candidatePath(folder: string, pid: number = process.pid, version: number = protocolVersion): string {
  return join(folder, `v${version}.${pid}.sock`)
}

export function logPath(folder: string, version: number = protocolVersion): string {
  return join(folder, `v${version}.log`)
}
