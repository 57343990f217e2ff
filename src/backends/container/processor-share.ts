import type Docker from 'dockerode'
import type { Engine } from './engine.ts'

const PERIOD_US = 20_000
/** Memory that gets one whole processor on AWS. */
const MEMORY_OF_ONE_PROCESSOR = 1_769
const LEAST_QUOTA_US = 1_000
const UNLIMITED = -1

/**
 * A container's share of the processors: as much as its memory size gives it on AWS, but all there is while its runtime
 * initialises. Changes are asked for and not waited for: they take an engine some 10 ms.
 */
export class ProcessorShare {
  readonly #engine: Engine
  readonly #container: Docker.Container
  readonly #quota: number
  readonly #onError: (error: Error) => void
  #isLimited = false
  #changing: Promise<void> = Promise.resolve()

  constructor(engine: Engine, container: Docker.Container, memorySize: number, onError: (error: Error) => void) {
    this.#engine = engine
    this.#container = container
    this.#quota = Math.max(Math.round((PERIOD_US * memorySize) / MEMORY_OF_ONE_PROCESSOR), LEAST_QUOTA_US)
    this.#onError = onError
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
    this.#changing = this.#changing.then(() => this.#update(quota)).catch(this.#onError)
  }

  async #update(quota: number): Promise<void> {
    const { flavour, docker } = this.#engine
    if (flavour === 'docker') {
      await this.#container.update({ CpuPeriod: PERIOD_US, CpuQuota: quota })
      return
    }
    // podman has it in its own API only.
    const path = `/v4.3.0/libpod/containers/${this.#container.id}/update`
    const statusCodes = { 200: true, 201: true, 204: true, 400: 'bad parameter', 404: 'no such container', 500: 'server error' }
    await new Promise<void>((resolve, reject) => {
      docker.modem.dial({ path, method: 'POST', statusCodes, options: { cpu: { period: PERIOD_US, quota } } }, error =>
        error ? reject(error) : resolve(),
      )
    })
  }
}
