import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { makePrivateFolder, userFolder } from '../../../platform/user-folder.ts'
import { currentSession } from '../../../reaper/session.ts'

const run = promisify(execFile)
/** How many FIFOs one mkfifo(1) makes. */
const BATCH = 4
const PREFIX = 'pipe-'
let making: Promise<void> | undefined

/**
 * Takes a FIFO, whose path is in this session's folder from now on. Node can't make FIFOs, and mkfifo(1) takes as long as a quarter of
 * a start of Node. So all runs of a user share a stock, from which launches take FIFOs and to which they give them back.
 */
export async function takePipe(): Promise<string> {
  for (;;) {
    const path = takeOne(stockFolder())
    if (path !== undefined) return path
    await makePipes()
  }
}

/** Puts a FIFO of {@link takePipe} back into the stock. No process may have it open. */
export function giveBackPipe(path: string): void {
  try {
    renameSync(path, join(stockFolder(), basename(path).slice(PREFIX.length)))
  } catch {
    // The stock is gone. The FIFO is removed with the session's folder.
  }
}

/** Begins to make FIFOs if there are none, for a launch that is about to come. */
export function reservePipes(): void {
  try {
    if (readdirSync(stockFolder()).length === 0) makePipes().catch(() => undefined)
  } catch {
    // The launch will throw the error of a temp folder that is missing or full.
  }
}

function stockFolder(): string {
  const folder = join(userFolder(), 'pipes')
  makePrivateFolder(folder)
  return folder
}

/** Several launches may see the same FIFO: the first to rename it has it. */
function takeOne(stock: string): string | undefined {
  for (const name of readdirSync(stock)) {
    const own = join(currentSession().folder, PREFIX + name)
    try {
      renameSync(join(stock, name), own)
      return own
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return undefined
}

function makePipes(): Promise<void> {
  making ??= mkfifo().finally(() => {
    making = undefined
  })
  return making
}

async function mkfifo(): Promise<void> {
  const stock = stockFolder()
  const paths = Array.from({ length: BATCH }, () => join(stock, randomUUID()))
  // The folder is private. Option -m would set the mode in a second step, when another run may have taken the FIFO.
  await run('mkfifo', paths)
}
