import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { builtPackage } from '../support/built-package.ts'
import { engineEnv } from './runs/engine-run.ts'
import { image, onEngines } from './runs/engines.ts'
import { cleanEnv, ownTemp } from './support.ts'

const program = join(await builtPackage(), 'dist/cli.mjs')

await onEngines((name, engine) => {
  const run = (...args: string[]): { status: number | null; stdout: string } => {
    const env = cleanEnv(ownTemp(), engineEnv(name, engine))
    const { status, stdout } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', env })
    return { status, stdout }
  }

  test('pull finds the image of a runtime that the engine has', () => {
    expect(run('pull', 'nodejs24.x', image, '--backend', name)).toEqual({ status: 0, stdout: `${name}: has ${image}\n` })
  })

  test('doctor shows the version and the socket of the engine', () => {
    expect(run('doctor').stdout).toMatch(new RegExp(`  ${name} +yes: ${name} \\d+\\.\\d+\\S* at unix://${engine.socketPath}\n`))
  })
})
