/** A case: a function and what is sent to it; both runtimes must do the same. */
import { describe, expect, test } from 'vitest'
import { comparable } from '../../support/normalise-runtime.ts'
import { type RuntimeRun, runRuntime } from '../../support/run-runtime.ts'
import { type NodeRuntime, officialFor, ours } from './runtimes.ts'

export interface RuntimeCase extends Partial<Omit<RuntimeRun, 'command' | 'runtime'>> {
  readonly name: string
  /** Default: both generations. */
  readonly on?: readonly NodeRuntime[]
  /** Flags of node. */
  readonly flags?: readonly string[]
}

const GENERATIONS: readonly NodeRuntime[] = ['nodejs24.x', 'nodejs22.x']

export function describeCases(title: string, cases: readonly RuntimeCase[]): void {
  for (const runtime of GENERATIONS) {
    const own = cases.filter(({ on = GENERATIONS }) => on.includes(runtime))
    // vitest takes a suite without tests for a failure.
    if (own.length === 0) continue
    describe(`${title} on ${runtime}`, () => {
      for (const { name, on: _, flags = [], ...run } of own) {
        test(name, async () => {
          const run24 = ([node = '', ...args]: readonly string[]) =>
            runRuntime({ files: {}, handler: 'index.handler', ...run, runtime, command: [node, ...flags, ...args] })
          const official = await run24(await officialFor(runtime))
          const own = await run24(ours)
          expect(comparable(own)).toEqual(comparable(official))
        })
      }
    })
  }
}
