import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { makePrivateFolder, userFolder } from '../../platform/user-folder.ts'
import { PROTOCOL_VERSION } from './protocol.ts'

/** Linux allows 107 bytes for a socket's path and macOS 103; a candidate's name is longer than the elected watchdog's. */
const LONGEST_PATH = 80

/** The folder for the watchdog's socket and log, private to this user. Created if it is missing. */
export function watchdogFolder(): string {
  const path = join(userFolder(), 'watchdog')
  makePrivateFolder(path)
  if (Buffer.byteLength(path) <= LONGEST_PATH) return path
  const short = `/tmp/lambda-fixtures-${process.getuid!()}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`
  makePrivateFolder(short)
  return short
}

/** The socket of the elected watchdog. Each version of the protocol has a watchdog of its own. */
export function socketPath(folder: string): string {
  return join(folder, `v${PROTOCOL_VERSION}.sock`)
}

/** Where this process listens until it is elected. */
export function candidatePath(folder: string): string {
  return join(folder, `v${PROTOCOL_VERSION}.${process.pid}.sock`)
}

export function logPath(folder: string): string {
  return join(folder, `v${PROTOCOL_VERSION}.log`)
}
