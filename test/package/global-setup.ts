import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import manifest from '../../package.json' with { type: 'json' }
import { pack } from '../../scripts/pack.ts'
import { createConsumer } from './consumer.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A project that has nothing but the packed library. */
    bareConsumer: string
    /** One that has every peer too, and two compilers. */
    fullConsumer: string
    /** Why the program that runs in containers could not be built here, else `undefined`. */
    initMissing: string | undefined
  }
}

/** Packs the library and installs it as users do, once for all files of this folder. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'lambda-fixtures-package-'))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    project.provide('initMissing', await buildInit())
    const tarball = join(folder, 'lambda-fixtures.tgz')
    await pack(tarball)
    const library = { 'lambda-fixtures': `file:${tarball}` }
    const [bare, full] = await Promise.all([
      createConsumer(join(folder, 'bare'), library),
      createConsumer(join(folder, 'full'), { ...library, ...peers() }),
    ])
    project.provide('bareConsumer', bare)
    project.provide('fullConsumer', full)
  } catch (error) {
    await remove()
    throw error
  }
  return remove
}

/** It takes Python, which a machine that has only Node has not. */
async function buildInit(): Promise<string | undefined> {
  const build = promisify(execFile)(join(import.meta.dirname, '../../init/build.sh'))
  return build.then(
    () => undefined,
    (error: Error) => error.message,
  )
}

function peers(): Record<string, string> {
  const names = [
    '@jest/globals',
    '@types/aws-lambda',
    '@types/jest',
    '@types/node',
    'esbuild',
    'expect',
    'jest',
    'vitest',
  ] as const
  return {
    ...Object.fromEntries(names.map(name => [name, manifest.devDependencies[name]])),
    // It takes no TypeScript 7.
    'ts-jest': '^29.4.0',
    typescript: '~5.9.3',
    'typescript-7': `npm:typescript@${manifest.devDependencies.typescript}`,
  }
}
