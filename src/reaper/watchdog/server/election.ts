import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { basename, dirname } from 'node:path'
import { candidatePath, socketPath } from '../watchdog-folder.ts'

/**
 * Elects exactly one of any number of candidates as the watchdog of a folder. Each candidate listens on a socket of its own, and the one
 * whose `link` to the common name succeeds is elected. A common name that nobody answers at is removed first.
 * @returns the inode of the elected watchdog's socket, by which it notices that another took its place; `undefined` for all others
 */
export async function elect(server: Server, folder: string): Promise<bigint | undefined> {
  const candidate = candidatePath(folder)
  rmSync(candidate, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(candidate, resolve))
  // The common name can't be asked for the inode: it may be another's by then.
  const inode = inodeOf(candidate)
  try {
    return (await contend(candidate, socketPath(folder))) ? inode : undefined
  } finally {
    // The common name, if it was won, is a second name of the same socket.
    rmSync(candidate, { force: true })
  }
}

async function contend(candidate: string, common: string): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (tryLink(candidate, common)) return true
    if (await answers(common)) return false
    await removeIfDead(common)
  }
  return false
}

/**
 * Removes a socket that nobody listens on. Since it was found dead, a living one may have taken its place: so it is moved aside, asked
 * again, and put back if it answers. If another socket was linked in between, the watchdog that was moved notices it by the inode, and leaves.
 */
export async function removeIfDead(path: string): Promise<boolean> {
  const aside = `${dirname(path)}/${basename(path).split('.')[0]}.${process.pid}.sock.${asides++}.aside`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  const isAlive = await answers(aside)
  if (isAlive) tryLink(aside, path)
  rmSync(aside, { force: true })
  return !isAlive
}
let asides = 0

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Whether a process listens on a socket. */
export function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // EAGAIN: the process that listens is busy, and its backlog is full.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN'))
  })
}

/** Identifies a socket file. */
export function inodeOf(path: string): bigint | undefined {
  try {
    return lstatSync(path, { bigint: true }).ino
  } catch {
    return undefined
  }
}
