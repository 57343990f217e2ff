import { linkSync, lstatSync, renameSync, rmSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { candidatePath, socketPath } from './address.ts'

/**
 * Exactly one of any number of candidates becomes the watchdog of this folder: each listens on a socket of its own, and `link` to the
 * common name, which fails if that exists, decides. A name whose owner doesn't answer is moved aside, looked at again, since it may
 * have been replaced at that moment, and put back if it answers after all.
 */
export async function elect(server: Server, folder: string): Promise<boolean> {
  const candidate = candidatePath(folder)
  rmSync(candidate, { force: true })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(candidate, resolve))
  try {
    return await contend(candidate, socketPath(folder))
  } finally {
    // Elected or not: the common name, if it was won, is another name of the same socket.
    rmSync(candidate, { force: true })
  }
}

async function contend(candidate: string, common: string): Promise<boolean> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (tryLink(candidate, common)) return true
    if (await answers(common)) return false
    const aside = `${candidate}.${attempt}.aside`
    try {
      renameSync(common, aside)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      throw error
    }
    // Put back if alive; if meanwhile somebody else was linked there, the moved one notices by its inode and leaves.
    if (await answers(aside)) tryLink(aside, common)
    rmSync(aside, { force: true })
  }
  return false
}

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
