import type Docker from 'dockerode'
import { createDebug } from 'obug'
import { MEMORY_OF_ONE_PROCESSOR } from '../../instance/aws-sandbox.ts'
import { noticeOnce } from '../../notice.ts'
import type { Engine } from '../connection/engine.ts'

const debug = createDebug('lambda-fixtures:containers')

const PERIOD_US = 20_000
const LEAST_QUOTA_US = 1_000
const UNLIMITED = -1

/**
 * A container's share of the processors: what AWS gives its memory size, except that a runtime initialises without a limit. Nobody
 * waits for a change, because it takes an engine some 10 ms.
 */
export class ProcessorShare {
  readonly #engine: Engine
  readonly #container: Docker.Container
  readonly #quota: number
  #isLimited = false
  #lastChange: Promise<void> = Promise.resolve()

  constructor(engine: Engine, container: Docker.Container, memorySize: number) {
    this.#engine = engine
    this.#container = container
    this.#quota = Math.max(Math.round((PERIOD_US * memorySize) / MEMORY_OF_ONE_PROCESSOR), LEAST_QUOTA_US)
  }

  limit(): void {
    this.#change(true)
  }

  lift(): void {
    this.#change(false)
  }

  #change(isLimited: boolean): void {
    if (this.#isLimited === isLimited) return
    this.#isLimited = isLimited
    const quota = isLimited ? this.#quota : UNLIMITED
    this.#lastChange = this.#lastChange.then(() => this.#update(quota)).catch((error: Error) => this.#explain(error))
  }

  async #update(quota: number): Promise<void> {
    if (this.#engine.flavour === 'docker') await this.#container.update({ CpuPeriod: PERIOD_US, CpuQuota: quota })
    else
      await requestPodman(this.#engine, 'POST', `containers/${this.#container.id}/update`, { cpu: { period: PERIOD_US, quota } })
  }

  /** Most refusals only mean that the container has ended; users are told if the engine can't limit any container. */
  async #explain({ message }: Error): Promise<void> {
    const { backend } = this.#engine
    debug(`${backend} did not change a container's share of the processors: ${message}`)
    if (await canLimitProcessors(this.#engine).catch(() => true)) return
    noticeOnce(
      `unlimited-processor-${backend}`,
      `${backend} can't limit the processor share of its containers (${message.trim()}). Functions use whole processors here; on AWS they get a share by memorySize. Without root, the limit needs cgroup v2 with the cpu controller.`,
    )
  }
}

async function canLimitProcessors(engine: Engine): Promise<boolean> {
  if (engine.flavour === 'docker') return ((await engine.docker.info()) as { CpuCfsQuota?: boolean }).CpuCfsQuota !== false
  const { host } = (await requestPodman(engine, 'GET', 'info')) as { host?: { cgroupControllers?: readonly string[] } }
  return host?.cgroupControllers?.includes('cpu') ?? true
}

/** For what podman has in its own API only. */
function requestPodman({ docker }: Engine, method: string, path: string, body?: object): Promise<unknown> {
  const statusCodes = { 200: true, 201: true, 204: true, 400: 'bad parameter', 404: 'no such container', 500: 'server error' }
  const options = { path: `/v4.3.0/libpod/${path}`, method, statusCodes, ...(body !== undefined && { options: body }) }
  return new Promise((resolve, reject) => {
    docker.modem.dial(options, (error, answer) => (error ? reject(error) : resolve(answer)))
  })
}
