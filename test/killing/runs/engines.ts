import { describe } from 'vitest'
import { connectEngine } from '../../../src/backends/engines/connection/connect-engine.ts'
import type { EngineAddress } from '../../../src/model/resource.ts'
import { absent } from '../../support/absent.ts'

export const image = 'public.ecr.aws/lambda/nodejs:24'

/** Runs `body` with an engine that has the image. An absent one is named with its reason, and fails where `LAMBDA_FIXTURES_REQUIRE` names it. */
export async function onEngine(name: 'docker' | 'podman', body: (engine: EngineAddress) => void): Promise<void> {
  const engine = await findEngine(name)
  if (typeof engine !== 'string') return body(engine)
  absent(name, engine)
}

/** The same for both engines. */
export async function onEngines(body: (name: 'docker' | 'podman', engine: EngineAddress) => void): Promise<void> {
  for (const name of ['docker', 'podman'] as const) {
    await onEngine(name, engine => describe(name, () => body(name, engine)))
  }
}

async function findEngine(name: 'docker' | 'podman'): Promise<EngineAddress | string> {
  try {
    const { docker, address } = await connectEngine(name)
    await docker.getImage(image).inspect()
    return address ?? 'only dockerode can reach it'
  } catch (error) {
    return (error as Error).message
  }
}
