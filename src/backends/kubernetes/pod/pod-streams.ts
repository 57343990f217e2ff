import type { Duplex } from 'node:stream'
import { hrnow } from '../../../platform/clock.ts'
import { instanceLost } from '../../init/tunnel/instance-lost.ts'
import { ApiError, hasStatus } from '../api/api-error.ts'
import { openExecStream } from '../api/exec-stream.ts'
import type { KubernetesApi } from '../api/kubernetes-api.ts'
import { containerState } from './pod-failure.ts'
import { CONTAINER } from './pod-spec.ts'
import type { PodState } from './pod-state.ts'

const FIRST_PAUSE_MS = 40
const LONGEST_PAUSE_MS = 500
/** Nearly all pods run by then. Later ones probably wait for an image. */
const EAGER_MS = 2_000
/** Credentials are read again meanwhile, and an API server that has just started may refuse everybody. */
const REFUSED_MS = 10_000
/** Attempts at a time. Each takes the API server and the kubelet about 10 ms, which delays the pods that they wait for. */
const CONCURRENCY = 4

export interface PodStreamRequest {
  /** The pod's name. */
  readonly pod: string
  readonly command: readonly string[]
  readonly state: PodState
  /** Milliseconds. */
  readonly patience: number
  /** The pod was just created. */
  readonly isFirst: boolean
}

/** Opens streams to the inits of pods. */
export class PodStreams {
  readonly #api: KubernetesApi
  readonly #namespace: string
  #running = 0
  readonly #queue: (() => void)[] = []
  /** Milliseconds that pods have lately taken from their scheduling to their first stream. */
  #startMs = 350

  constructor(api: KubernetesApi, namespace: string) {
    this.#api = api
    this.#namespace = namespace
  }

  /**
   * The cluster reports a running container about 0.9 s late, so attempts begin at three quarters of the time that pods lately took.
   * @throws RuntimeError `INSTANCE_LOST` if the pod has failed, or if no stream can be opened in time
   */
  async open({ pod, command, state, patience, isFirst }: PodStreamRequest): Promise<Duplex> {
    const deadline = hrnow() + patience
    let scheduledAt: number | undefined
    let pause = FIRST_PAUSE_MS
    let failure: unknown
    let refusedAt: number | undefined
    for (;;) {
      if (state.failure !== undefined) throw instanceLost(`its pod ${state.failure.reason}`, failure)
      const left = deadline - hrnow()
      if (left <= 0)
        throw instanceLost(`no stream to its pod could be opened for ${Math.round(patience / 1000)} s${detail(failure)}`, failure)
      if (!state.isScheduled) {
        await state.change(left)
        continue
      }
      scheduledAt ??= hrnow()
      const early = isFirst ? scheduledAt + this.#startMs * 0.75 - hrnow() : 0
      if (early > 0) {
        await state.change(Math.min(early, left))
        continue
      }
      try {
        const stream = await this.#limited(() =>
          openExecStream(this.#api, { namespace: this.#namespace, pod, container: CONTAINER, command }),
        )
        if (isFirst) this.#startMs = Math.min(this.#startMs * 0.6 + (hrnow() - scheduledAt) * 0.4, 5_000)
        return stream
      } catch (error) {
        failure = error
        // A kubelet that has not heard of the pod also answers 404, but without the reason of the API server.
        if (error instanceof ApiError && error.reason === 'NotFound') {
          state.fail({ code: 'INSTANCE_START_FAILED', reason: 'was deleted' })
          continue
        }
        if (hasStatus(error, 401, 403)) {
          refusedAt ??= hrnow()
          if (hrnow() - refusedAt > REFUSED_MS) throw instanceLost(`a stream to its pod is refused${detail(error)}`, error)
        } else refusedAt = undefined
      }
      const isEager =
        hrnow() - scheduledAt < EAGER_MS || (state.pod !== undefined && containerState(state.pod)?.running !== undefined)
      pause = isEager ? FIRST_PAUSE_MS : Math.min(pause * 1.5, LONGEST_PAUSE_MS)
      await state.change(Math.min(pause, left))
    }
  }

  async #limited<T>(attempt: () => Promise<T>): Promise<T> {
    if (this.#running === CONCURRENCY) await new Promise<void>(resolve => this.#queue.push(resolve))
    else this.#running++
    try {
      return await attempt()
    } finally {
      const next = this.#queue.shift()
      if (next === undefined) this.#running--
      else next()
    }
  }
}

const detail = (failure: unknown): string =>
  failure instanceof Error && failure.message ? `: ${failure.message.replace(/\.$/, '')}` : ''
