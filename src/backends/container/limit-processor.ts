import type Docker from 'dockerode'
import type { LambdaFunction } from '../backend.ts'
import { cpuShare } from './container-spec.ts'
import type { Engine } from './engine.ts'

/** Gives a running container AWS's share of a processor. */
export async function limitProcessor(engine: Engine, container: Docker.Container, fn: LambdaFunction): Promise<void> {
  const { period, quota } = cpuShare(fn)
  if (engine.flavour === 'docker') {
    await container.update({ CpuPeriod: period, CpuQuota: quota })
    return
  }
  // podman has it in its own API only.
  await new Promise<void>((resolve, reject) => {
    engine.docker.modem.dial(
      {
        path: `/v4.3.0/libpod/containers/${container.id}/update`,
        method: 'POST',
        statusCodes: { 200: true, 201: true, 204: true, 400: 'bad parameter', 404: 'no such container', 500: 'server error' },
        options: { cpu: { period, quota } },
      },
      error => (error ? reject(error) : resolve()),
    )
  })
}
