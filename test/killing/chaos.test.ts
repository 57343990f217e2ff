import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { seeded } from './random.ts'
import { installedPackage } from './runs/installed-package.ts'
import { leftOfOthers } from './runs/left.ts'
import { runners, startRun } from './runs/run.ts'
import { ownTemp, statusIn } from './support.ts'

const modules = await installedPackage()

/** Runs that start together; `LAMBDA_FIXTURES_CHAOS=20` is the whole size, 20 runs of 10 files with 3 functions each. */
const runs = Number(process.env.LAMBDA_FIXTURES_CHAOS ?? 6)
const files = runs >= 20 ? 10 : 3
const seed = Number(process.env.LAMBDA_FIXTURES_CHAOS_SEED ?? 4711)

test(`${runs} runs of ${files} files are killed at random moments: nothing is left of them, and another run loses nothing (seed ${seed})`, {
  timeout: runs * 60_000,
}, async () => {
  const temp = ownTemp()
  const random = seeded(seed)
  const control = startRun({ runner: 'vitest', modules, temp, role: 'control', files: 2 })
  await vi.waitFor(() => expect(control.said('control')).toHaveLength(2), { timeout: 60_000 })
  const { session } = control.said<{ session: string }>('control')[0]!
  // How long a run needs to have all its functions depends on the machine, so the moments do as well.
  const started = performance.now()
  const measure = startRun({ runner: 'vitest', modules, temp, role: 'victim', files })
  await measure.ready()
  const longest = (performance.now() - started) * Math.sqrt(runs)
  measure.signal('SIGKILL')

  const victims = Array.from({ length: runs }, (_, index) => {
    const run = startRun({ runner: runners[index % runners.length]!, modules, temp, role: 'victim', files })
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
