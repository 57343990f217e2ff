import { randomBytes } from 'node:crypto'
import { expect, vi } from 'vitest'
import type { EngineAddress } from '../../../src/model/resource.ts'
import { listEngineResources } from '../../../src/reaper/engine-resources.ts'
import { labelNames } from '../../../src/reaper/labels.ts'
import { isAlive } from '../support.ts'
import { image } from './engines.ts'
import { leftOf } from './left.ts'

export type EngineName = 'docker' | 'podman'

/** For a run on this engine, whose session is known before it has begun. */
export function engineEnv(name: EngineName, engine: EngineAddress): Record<string, string> & { LAMBDA_FIXTURES_SESSION: string } {
  const url = `unix://${engine.socketPath}`
  return {
    LAMBDA_FIXTURES_BACKEND: name,
    LAMBDA_FIXTURES_SESSION: randomBytes(8).toString('hex'),
    IMAGE: image,
    // Testcontainers finds an engine by this one alone.
    DOCKER_HOST: url,
    ...(name === 'podman' && { LAMBDA_FIXTURES_PODMAN: url }),
  }
}

/** What an engine has with this label. */
export async function thingsWith(engine: EngineAddress, label: string): Promise<string[]> {
  return (await listEngineResources(engine, [label])).map(({ kind, id }) => `${kind} ${id}`)
}

export const thingsOf = (engine: EngineAddress, session: string): Promise<string[]> =>
  thingsWith(engine, `${labelNames.session}=${session}`)

/** The grace, 300 ms here, and the 5 s that the watchdog may take. */
export const within: { timeout: number; interval: number } = { timeout: 5300, interval: 100 }

/** Waits until nothing of a session is left, neither on the engine nor here. */
export async function expectGone(
  engine: EngineAddress,
  temp: string,
  session: string,
  {
    workers = [],
    time = within,
  }: { workers?: readonly { readonly pid: number }[]; time?: { timeout: number; interval: number } } = {},
): Promise<void> {
  await vi.waitFor(async () => expect(await thingsOf(engine, session)).toEqual([]), time)
  // A worker without a runner ends when its test does, and its own folder with it.
  await vi.waitFor(() => expect(workers.filter(({ pid }) => isAlive(pid))).toEqual([]), { timeout: 20_000 })
  await vi.waitFor(() => expect(leftOf(temp, session)).toEqual([]), within)
}
