import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { NIGHTLY } from '../support/size.ts'
import { seeded } from './random.ts'
import { installedPackage } from './runs/installed-package.ts'
import { leftOfOthers } from './runs/left.ts'
import { runners, startRun } from './runs/run.ts'
import { ownTemp, statusIn } from './support.ts'

const modules = await installedPackage()

const RUNS = NIGHTLY ? 20 : 6
const FILES = NIGHTLY ? 10 : 3
const SEED = Number(process.env.LAMBDA_FIXTURES_CHAOS_SEED ?? 4711)

test(`nothing is left of ${RUNS} runs of ${FILES} files that are killed at random moments, and another run loses nothing (seed ${SEED})`, {
  timeout: RUNS * 60_000,
}, async () => {
  const temp = ownTemp()
  const random = seeded(SEED)
  const control = startRun({ runner: 'vitest', modules, temp, role: 'control', files: 2 })
  await vi.waitFor(() => expect(control.said('control')).toHaveLength(2), { timeout: 60_000 })
  const { session } = control.said<{ session: string }>('control')[0]!
  // The time that a run needs until it has all its functions depends on the machine.
  const started = performance.now()
  const measure = startRun({ runner: 'vitest', modules, temp, role: 'victim', files: FILES })
  await measure.ready()
  const longest = (performance.now() - started) * Math.sqrt(RUNS)
  measure.signal('SIGKILL')

  const victims = Array.from({ length: RUNS }, (_, index) => {
    const run = startRun({ runner: runners[index % runners.length]!, modules, temp, role: 'victim', files: FILES })
    return { run, moment: random() * longest, to: random() < 0.5 ? ('group' as const) : ('main' as const) }
  })
  const endedBefore: string[] = []
  await Promise.all(
    victims.map(async ({ run, moment, to }) => {
      const exit = once(run.child, 'exit')
      await Promise.race([setTimeout(moment), exit])
      if (run.child.exitCode !== null) endedBefore.push(run.output())
      run.signal('SIGKILL', to)
      await exit
    }),
  )
  expect(endedBefore).toEqual([])
  await vi.waitFor(() => expect(leftOfOthers(temp, session)).toEqual([]), { timeout: 30_000, interval: 100 })
  control.stop()
  const { code, output } = await control.ended()
  expect(code, output).toBe(0)
  expect(control.said<{ instances: number }>('control').map(({ instances }) => instances)).toEqual([3, 3])
  await vi.waitFor(async () => expect((await statusIn(temp))?.ending).toBe(0))
  await vi.waitFor(() => expect(leftOfOthers(temp, '')).toEqual([]), { timeout: 10_000, interval: 100 })
})
