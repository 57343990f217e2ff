import { expect, test } from 'vitest'
import { installedPackage } from './runs/installed-package.ts'
import { type Runner, startRun } from './runs/run.ts'
import { ownTemp, userFolderIn } from './support.ts'

const modules = await installedPackage()
const TEARDOWNS = {
  vitest: { globalSetup: 'lambda-fixtures/vitest/global-setup' },
  jest: { globalTeardown: 'lambda-fixtures/jest/global-teardown' },
} as const

// The watchdog must not be faster than the teardown.
const PATIENT = { LAMBDA_FIXTURES_RECONNECTION_TIMEOUT: '20s' }

async function run(runner: Runner, role: string, config: Record<string, unknown>) {
  const temp = ownTemp()
  const started = startRun({ runner, modules, temp, role, files: 1, config, env: PATIENT })
  const { code, output } = await started.ended()
  const [ready] = started.said<{ pid: number; session: string }>('ready')
  const said = /The tests have ended.*/s.exec(output)?.[0].split('\n    at ')[0]
  const readable = said
    ?.replaceAll(userFolderIn(temp), '$FOLDER')
    .replaceAll(ready!.session, '$SESSION')
    .replaceAll(process.execPath, 'node')
    .replaceAll(String(ready!.pid), '$PID')
    .replace(/process \d+ /, 'process $PID2 ')
    .replace(/-\d+\/instances/, '-$START/instances')
    .replace(/\$SESSION[0-9a-f]{16}/, '$INSTANCE')
    .replace(/--max-.*…/, '…')
  return { code, output, said: readable }
}

test.each(['vitest', 'jest'] as const)('the teardown for %s is silent when nothing is left', async runner => {
  const { code, output, said } = await run(runner, 'nothing', TEARDOWNS[runner])
  expect(code, output).toBe(0)
  expect(said).toBeUndefined()
})

test.each(['vitest', 'jest'] as const)('a run of %s without the teardown passes although a function is left', async runner => {
  const { code, output } = await run(runner, 'forget', { forceExit: true })
  expect(code, output).toBe(0)
})

test.each(['vitest', 'jest'] as const)('a run of %s with the teardown fails and names what is left', async runner => {
  const { code, said } = await run(runner, 'forget', TEARDOWNS[runner])
  expect(code).not.toBe(0)
  expect(said).toMatchInlineSnapshot(`
    "The tests have ended, but these resources of session $SESSION are left:

      process $PID2 (process, function function-0, launched by process $PID): node …
      folder $FOLDER/sessions/$SESSION/$PID-$START/instances/$INSTANCE (process, launched by process $PID)

    A worker was killed or crashed, or a handle of launch() was not terminated. The watchdog removes them within seconds."
  `)
})
