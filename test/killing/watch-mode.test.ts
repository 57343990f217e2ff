import { expect, test, vi } from 'vitest'
import { installedPackage } from './runs/installed-package.ts'
import { leftOf } from './runs/left.ts'
import { startRun } from './runs/run.ts'
import { isAlive, ownTemp, WITHIN } from './support.ts'

const modules = await installedPackage()

test('nothing is left after Ctrl-C during an invocation in watch mode', async () => {
  const temp = ownTemp()
  const run = startRun({ runner: 'vitest', modules, temp, role: 'victim', terminal: true })
  const workers = await run.ready()
  const { session } = workers[0]!
  expect(leftOf(temp, session).length).toBeGreaterThan(12)
  await vi.waitFor(
    () => {
      run.child.stdin!.write('\x03')
      expect(run.child.exitCode ?? run.child.signalCode, run.output()).not.toBeNull()
    },
    { timeout: 20_000, interval: 1000 },
  )
  await vi.waitFor(() => expect(leftOf(temp, session)).toEqual([]), WITHIN)
  expect(workers.filter(({ pid }) => isAlive(pid))).toEqual([])
})

test('nothing is left after Ctrl-C in watch mode when the tests have ended', async () => {
  const temp = ownTemp()
  const run = startRun({ runner: 'vitest', modules, temp, role: 'forgotten', terminal: true })
  const { session } = (await run.ready())[0]!
  await vi.waitFor(() => expect(run.output()).toContain('Waiting for file changes'), { timeout: 20_000 })
  run.child.stdin!.write('\x03')
  await run.ended()
  await vi.waitFor(() => expect(leftOf(temp, session)).toEqual([]), WITHIN)
})
