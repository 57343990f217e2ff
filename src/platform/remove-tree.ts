import { readdirSync, rmdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { yieldToOthers } from './yield-to-others.ts'

/** Removes a folder with its content, ten times as fast as `rm` of node:fs for few files, and without its patience for others. @throws Error */
export async function removeTree(folder: string): Promise<void> {
  const turn = yieldToOthers()
  const remove = async (path: string): Promise<void> => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const child = join(path, entry.name)
      if (entry.isDirectory()) await remove(child)
      else unlinkSync(child)
      await turn(0)
    }
    rmdirSync(path)
  }
  await remove(folder)
}
