/** AWS's own runtime interface clients, as references: installed once a machine, outside the checkout. */
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A command that runs a function given the environment of contract 6.1, and what that environment needs besides. */
export interface OfficialRic {
  readonly command: string[]
  readonly env: Record<string, string>
}

/**
 * Runs `install` into a fresh folder, unless it was done before, and returns the folder.
 *
 * Folders appear whole by a rename, so that parallel workers can't see half of one: who comes second drops its own. A lock
 * would save that worker's two seconds and could be left behind by a killed run.
 * @param name of client and version, e.g. `node-4.0.2`
 */
export async function installOnce(name: string, install: (folder: string) => Promise<void>): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'lambda-fixtures-test', 'ric')
  const folder = join(cache, name)
  if (existsSync(folder)) return folder
  const fresh = join(cache, `.${name}-${randomUUID()}`)
  await mkdir(fresh, { recursive: true })
  try {
    await install(fresh)
    await rename(fresh, folder)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

/**
 * aws-lambda-ric with its native client replaced (test/support/ric): no compiler.
 * 4.0.2 is what nodejs24.x does, 3.3.0 what nodejs22.x and below do.
 */
export async function officialNodeRic(version: '4.0.2' | '3.3.0'): Promise<OfficialRic> {
  const folder = await installOnce(`node-${version}`, async fresh => {
    await writeFile(join(fresh, 'package.json'), '{}')
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `aws-lambda-ric@${version}`], { cwd: fresh })
    // 3.3.0's own binary takes root and handler from its arguments; on AWS they come from the environment.
    await writeFile(
      join(fresh, 'run.mjs'),
      "import { run } from './node_modules/aws-lambda-ric/dist/index.mjs'\n\nawait run(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER)\n",
    )
  })
  const entry = version.startsWith('3.') ? 'run.mjs' : 'node_modules/aws-lambda-ric/index.mjs'
  const preload = join(dirname(import.meta.filename), 'ric', 'preload.cjs')
  return { command: [process.execPath, '--require', preload, join(folder, entry)], env: {} }
}
