import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll } from 'vitest'
import { root } from '../support.ts'

const run = promisify(execFile)

/** A `node_modules` with this library as it is published, built from these sources, beside all that it and the tests need. */
export async function installedPackage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lf-package-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const modules = join(folder, 'node_modules')
  const installed = join(modules, 'lambda-fixtures')
  await mkdir(installed, { recursive: true })
  const building = run(
    process.execPath,
    [
      join(root, 'node_modules/tsdown/dist/run.mjs'),
      '--no-dts',
      '--log-level',
      'error',
      '--out-dir',
      join(installed, 'dist'),
      ...['--config', join(root, 'tsdown.config.ts')],
    ],
    { cwd: root },
  )
  await building
  await cp(join(root, 'package.json'), join(installed, 'package.json'))
  for (const name of ['runtimes', 'init']) await symlink(join(root, name), join(installed, name))
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== 'lambda-fixtures') await symlink(join(root, 'node_modules', name), join(modules, name))
  }
  return modules
}
