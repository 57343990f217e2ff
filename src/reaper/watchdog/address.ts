import { join } from 'node:path'

/** Counts up when clients and watchdogs of different versions could not work together; each version has a socket of its own. */
export const protocolVersion = 1

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
