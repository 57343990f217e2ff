import type Docker from 'dockerode'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import { keepRequestsPristine } from '../../../platform/node-internals/docker-modem.ts'

type Dockerode = typeof Docker

/** @throws RuntimeError `MISSING_PEER` */
export async function loadDockerode(backend: string): Promise<Dockerode> {
  try {
    return (await import('dockerode')).default
  } catch (cause) {
    throw new RuntimeError('MISSING_PEER', `The ${backend} backend needs dockerode, which is not installed: npm i -D dockerode`, {
      data: { peer: 'dockerode', backend },
      cause,
    })
  }
}

/** A client whose requests no test can intercept. */
export function createClient(Docker: Dockerode, options: Readonly<Record<string, unknown>>): Docker {
  const client = new Docker(options)
  keepRequestsPristine(client)
  return client
}
