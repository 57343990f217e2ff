import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, globSync } from 'node:fs'
import { cp, mkdir, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
let built: Promise<string> | undefined

/** The folder of this package as users get it, built from the sources as they are; built once for all test files. */
export function builtPackage(): Promise<string> {
  built ??= build()
  return built
}

async function build(): Promise<string> {
  const modules = await realpath(join(root, 'node_modules'))
  const folder = join(modules, '.cache/lambda-fixtures-built', await hashOfSources())
  if (existsSync(folder)) return folder
  const making = `${folder}.${randomUUID()}`
  await mkdir(making, { recursive: true })
  // Without types: those have tests of their own, and take most of the time.
  await promisify(execFile)(
    process.execPath,
    [join(modules, 'tsdown/dist/run.mjs'), '--no-dts', '--out-dir', join(making, 'dist')],
    {
      cwd: root,
    },
  )
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { scripts?: unknown }
  await writeFile(join(making, 'package.json'), JSON.stringify({ ...manifest, scripts: undefined }))
  await cp(join(root, 'runtimes/python'), join(making, 'runtimes/python'), { recursive: true })
  // Another worker may have been faster.
  await rename(making, folder).catch(() => rm(making, { recursive: true }))
  return folder
}

async function hashOfSources(): Promise<string> {
  const hash = createHash('sha256')
  const files = globSync(['src/**/*.ts', 'runtimes/**/*.{cjs,py}', 'package.json', 'tsdown.config.ts'], { cwd: root })
  for (const file of files.sort()) hash.update(file).update(await readFile(join(root, file)))
  return hash.digest('hex').slice(0, 16)
}

/** Installs this package and its peers into a project's folder, as links. */
export async function installInto(folder: string): Promise<void> {
  const modules = await realpath(join(root, 'node_modules'))
  await mkdir(join(folder, 'node_modules/@swc'), { recursive: true })
  const peers = [
    'vitest',
    'vite',
    'jest',
    'expect',
    'esbuild',
    'typescript',
    'msw',
    'nock',
    '@jest',
    '@types',
    '@swc/core',
    '@swc/jest',
  ]
  for (const name of peers) await symlink(join(modules, name), join(folder, 'node_modules', name))
  await symlink(await builtPackage(), join(folder, 'node_modules/lambda-fixtures'))
}
