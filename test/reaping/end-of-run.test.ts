import { expect, test } from 'vitest'
import { installedPackage } from './runs/installed-package.ts'
import { type Runner, startRun } from './runs/run.ts'
import { ownTemp, userFolderIn } from './support.ts'

const modules = await installedPackage()
const teardowns = {
  vitest: { globalSetup: 'lambda-fixtures/vitest/global-setup' },
  jest: { globalTeardown: 'lambda-fixtures/jest/global-teardown' },
} as const

async function run(runner: Runner, role: string, config: Record<string, unknown>) {
  const temp = ownTemp()
  const started = startRun({ runner, modules, temp, role, files: 1, config })
  const { code, output } = await started.ended()
  const [ready] = started.said<{ pid: number; session: string }>('ready')
  const readable = output
    .replaceAll(userFolderIn(temp), '$FOLDER')
    .replaceAll(ready!.session, '$SESSION')
    .replaceAll(/\b[0-9a-f]{16}\b/g, '$ID')
    .replaceAll(process.execPath, 'node')
  return { code, output: readable }
}

test.each(['vitest', 'jest'] as const)('the teardown for %s says nothing when all is well', async runner => {
  const { code, output } = await run(runner, 'nothing', teardowns[runner])
  expect(code, output).toBe(0)
  expect(output).not.toContain('INSTANCES_LEFT')
})

test.each(['vitest', 'jest'] as const)('without the teardown for %s, a forgotten function fails nothing', async runner => {
  expect((await run(runner, 'forget', {})).code).toBe(0)
})

test.each(['vitest', 'jest'] as const)('with it, the run fails and names what is left', async runner => {
  const { code, output } = await run(runner, 'forget', teardowns[runner])
  console.log(output)
  expect(code, output).not.toBe(0)
})
