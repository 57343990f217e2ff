import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { basename, dirname } from 'node:path'
import { candidatePath, socketPath } from '../address.ts'

/**
 * Exactly one of any number of candidates becomes the watchdog of this folder: each listens on a socket of its own, and `link` to the
 * common name, which fails if that exists, decides. A name whose owner doesn't answer is moved aside, looked at again, since it may
 * have been replaced at that moment, and put back if it answers after all.
 * @returns the winner's socket file, by which it notices that another took its place; `undefined` for all others
 */
export async function elect(server: Server, folder: string): Promise<bigint | undefined> {
  const candidate = candidatePath(folder)
  rmSync(candidate, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(candidate, resolve))
  // Not looked at under the common name, which may be another's again by then.
  const inode = inodeOf(candidate)
  try {
    return (await contend(candidate, socketPath(folder))) ? inode : undefined
  } finally {
    // Elected or not: the common name, if it was won, is another name of the same socket.
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
 * Removes a socket file that nobody listens on. It is moved aside first and asked again, and put back if it answers: since it was
 * found dead, a living one may have come in its place. If meanwhile yet another was linked there, the moved one notices by its inode
 * and leaves.
 */
export async function removeIfDead(path: string): Promise<boolean> {
  const aside = `${dirname(path)}/${basename(path).split('.')[0]}.${process.pid}.sock.${asides++}.aside`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  const alive = await answers(aside)
  if (alive) tryLink(aside, path)
  rmSync(aside, { force: true })
  return !alive
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

/** Whether somebody listens on a socket file. */
export function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // EAGAIN: its backlog is full, so there is one, and busy.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EAGAIN'))
  })
}

/** The identity of a socket file, to notice that another took its place. */
export function inodeOf(path: string): bigint | undefined {
  try {
    return lstatSync(path, { bigint: true }).ino
  } catch {
    return undefined
  }
}
