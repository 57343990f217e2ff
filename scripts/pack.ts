import { execFile } from 'node:child_process'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const root = dirname(import.meta.dirname)

/** Makes the tarball that would be published, from a new build, and calls it `file`. */
export async function pack(file: string): Promise<void> {
  const folder = await mkdtemp(join(dirname(file), '.pack-'))
  try {
    const { stdout } = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
    await rename(join(folder, stdout.trim().split('\n').at(-1) ?? ''), file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
