import type Docker from 'dockerode'
import { describe, expect } from 'vitest'
import { connectEngine } from '../../../src/backends/engines/connection/connect-engine.ts'
import type { Engine } from '../../../src/backends/engines/connection/engine.ts'
import { LABELS } from '../../../src/reaper/labels.ts'
import { currentSession } from '../../../src/reaper/session.ts'
import { absent } from '../../support/absent.ts'

export type EngineName = 'docker' | 'podman'

/** Runs `body` for each engine that answers. A missing engine is reported with the reason, and fails if `LAMBDA_FIXTURES_REQUIRE` names it. */
export async function describeEngines(
  what: string,
  body: (engine: Engine) => void,
  names: readonly EngineName[] = ['docker', 'podman'],
): Promise<void> {
  for (const name of names) {
    const engine = await connectEngine(name).catch((error: Error) => error.message)
    if (typeof engine !== 'string') describe(`${what} on ${name}`, () => body(engine))
    else absent(name, engine)
  }
}

/** All containers of an instance, in any state. */
export async function containersOf(docker: Docker, instanceId: string): Promise<readonly Docker.Container[]> {
  return await containersWith(docker, `${LABELS.instance}=${instanceId}`)
}

/** All containers that this session has created for a function of that name. */
export async function containersOfFunction(docker: Docker, functionName: string): Promise<readonly Docker.Container[]> {
  return await containersWith(docker, `${LABELS.session}=${currentSession().id}`, `${LABELS.functionName}=${functionName}`)
}

export async function containersWith(docker: Docker, ...labels: readonly string[]): Promise<readonly Docker.Container[]> {
  const found = await docker.listContainers({ all: true, filters: { label: [...labels] } })
  return found.map(({ Id }) => docker.getContainer(Id))
}

/** The only container of an instance. */
export async function containerOf(docker: Docker, instanceId: string | undefined): Promise<Docker.Container> {
  const found = await containersOf(docker, instanceId ?? 'none')
  expect(found).toHaveLength(1)
  return found[0]!
}
