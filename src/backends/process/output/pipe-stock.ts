import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makePrivateFolder, userFolder } from '../../../platform/user-folder.ts'
import { currentSession } from '../../../reaper/session.ts'

const run = promisify(execFile)
const LEAST = 2
const BATCH = 4
let making: Promise<void> | undefined

/**
 * A FIFO of nobody else's, in this session's folder. Node can make none, and mkfifo(1) takes as long as a quarter of a start of
 * Node: a user's runs share a small stock of them, so that also the first launch of a test file finds one.
 */
export async function takePipe(): Promise<string> {
  for (;;) {
    const path = takeOne(stockFolder())
    if (path !== undefined) return path
    await makePipes()
  }
}

/** Makes some where there are none: for a launch that is about to come. */
export function reservePipes(): void {
  makeUnless(1)
}

/** Makes some where few are left, when nobody waits for it. */
export function replenishPipes(): void {
  makeUnless(LEAST)
}

function makeUnless(count: number): void {
  try {
    if (stock(stockFolder()).length < count) makePipes().catch(() => undefined)
  } catch {
    // A temp folder that is gone or full is told of by a launch.
  }
}

function stockFolder(): string {
  const folder = join(userFolder(), 'pipes')
  makePrivateFolder(folder)
  return folder
}

const stock = (folder: string): string[] => readdirSync(folder)

/** Of two that see the same one, the first to move it has it. */
function takeOne(folder: string): string | undefined {
  for (const name of stock(folder)) {
    const own = join(currentSession().folder, `pipe-${name}`)
    try {
      renameSync(join(folder, name), own)
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
  const folder = stockFolder()
  // Without -m, which sets the mode in a second step, when another run may have taken the FIFO: the folder is private.
  await run(
    'mkfifo',
    Array.from({ length: BATCH }, () => join(folder, randomUUID())),
  )
}
