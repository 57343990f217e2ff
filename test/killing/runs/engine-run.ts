import { randomBytes } from 'node:crypto'
import { expect, vi } from 'vitest'
import type { EngineAddress } from '../../../src/model/resource.ts'
import { listEngineResources } from '../../../src/reaper/engine-resources.ts'
import { LABELS } from '../../../src/reaper/labels.ts'
import { isAlive } from '../support.ts'
import { image } from './engines.ts'
import { leftOf } from './left.ts'

export type EngineName = 'docker' | 'podman'

/** The environment of a run on this engine. Its session is known before it starts. */
export function engineEnv(name: EngineName, engine: EngineAddress): Record<string, string> & { LAMBDA_FIXTURES_SESSION: string } {
  const url = `unix://${engine.socketPath}`
  return {
    LAMBDA_FIXTURES_BACKEND: name,
    LAMBDA_FIXTURES_SESSION: randomBytes(8).toString('hex'),
    IMAGE: image,
    // Testcontainers finds the engine by this variable only.
    DOCKER_HOST: url,
    ...(name === 'podman' && { LAMBDA_FIXTURES_PODMAN: url }),
  }
}

/** The resources of an engine that have this label. */
export async function resourcesWith(engine: EngineAddress, label: string): Promise<string[]> {
  return (await listEngineResources(engine, [label])).map(({ kind, id }) => `${kind} ${id}`)
}

export const resourcesOf = (engine: EngineAddress, session: string): Promise<string[]> =>
  resourcesWith(engine, `${LABELS.session}=${session}`)

/** The reconnection timeout, 300 ms in these tests, and the 5 s that the watchdog may take. */
export const WITHIN: { timeout: number; interval: number } = { timeout: 5300, interval: 100 }

/** Waits until nothing of a session is left, neither on the engine nor on this machine. */
export async function expectGone(
  engine: EngineAddress,
  temp: string,
  session: string,
  workers: readonly { readonly pid: number }[] = [],
): Promise<void> {
  await vi.waitFor(async () => expect(await resourcesOf(engine, session)).toEqual([]), WITHIN)
  // A worker without a runner ends with its test, and its folder is removed with it.
  await vi.waitFor(() => expect(workers.filter(({ pid }) => isAlive(pid))).toEqual([]), { timeout: 20_000 })
  await vi.waitFor(() => expect(leftOf(temp, session)).toEqual([]), WITHIN)
}
