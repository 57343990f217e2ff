import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { builtPackage } from '../../support/built-package.ts'
import { root } from '../support.ts'

/** A `node_modules` with this library as users get it, and everything that it and the tests need. */
export async function installedPackage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lf-package-'))
  afterAll(() => rm(folder, { recursive: true, force: true }))
  const modules = join(folder, 'node_modules')
  const installed = join(modules, 'lambda-fixtures')
  await mkdir(modules)
  await cp(await builtPackage(), installed, { recursive: true })
  await symlink(join(root, 'init'), join(installed, 'init'))
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name !== 'lambda-fixtures') await symlink(join(root, 'node_modules', name), join(modules, name))
  }
  return modules
}
