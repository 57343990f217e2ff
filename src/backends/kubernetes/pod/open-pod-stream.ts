import type { Duplex } from 'node:stream'
import { hrnow } from '../../../platform/clock.ts'
import { instanceLost } from '../../init/tunnel/instance-lost.ts'
import { ApiError, hasStatus } from '../api/api-error.ts'
import type { Cluster } from '../api/cluster.ts'
import { openExecStream } from '../api/exec-stream.ts'
import { containerState } from './pod-failure.ts'
import { CONTAINER } from './pod-spec.ts'
import type { PodState } from './pod-state.ts'
import { StreamLimiter } from './stream-limiter.ts'
import { TypicalStartTime } from './typical-start-time.ts'

const FIRST_PAUSE_MS = 40
const LONGEST_PAUSE_MS = 500
/** Nearly all pods run by then; what isn't there yet waits for an image. */
const EAGER_MS = 2_000
/** Credentials are read anew meanwhile; a server that begins may not know anybody yet. */
const REFUSED_MS = 10_000

const turns = new StreamLimiter(4)
const usualStart = new TypicalStartTime()

export interface PodStreamOptions {
  readonly cluster: Cluster
  readonly name: string
  readonly command: readonly string[]
  readonly state: PodState
  /** Milliseconds. */
  readonly patience: number
  /** The pod was just created. */
  readonly isFirst: boolean
}

/**
 * A stream to the pod's init. That its container runs is told by the cluster about 0.9 s late, so it is tried from when pods
 * usually run.
 * @throws RuntimeError `INSTANCE_LOST` if the pod can't run any more, or hasn't in time
 */
export async function openPodStream({ cluster, name, command, state, patience, isFirst }: PodStreamOptions): Promise<Duplex> {
  const deadline = hrnow() + patience
  let scheduledAt: number | undefined
  let pause = FIRST_PAUSE_MS
  let failure: unknown
  let refusedAt: number | undefined
  for (;;) {
    if (state.failure !== undefined) throw instanceLost(`its pod ${state.failure.reason}`, failure)
    const left = deadline - hrnow()
    if (left <= 0)
      throw instanceLost(`no stream to its pod could be opened for ${Math.round(patience / 1000)} s${said(failure)}`, failure)
    if (!state.isScheduled) {
      await state.change(left)
      continue
    }
    scheduledAt ??= hrnow()
    const early = isFirst ? scheduledAt + usualStart.patience - hrnow() : 0
    if (early > 0) {
      await state.change(Math.min(early, left))
      continue
    }
    try {
      const { api, namespace } = cluster
      const stream = await turns.run(() => openExecStream(api, { namespace, pod: name, container: CONTAINER, command }))
      if (isFirst) usualStart.took(hrnow() - scheduledAt)
      return stream
    } catch (error) {
      failure = error
      // A kubelet that doesn't know the pod yet says 404 too, but not in the API's words.
      if (error instanceof ApiError && error.reason === 'NotFound')
        state.fail({ code: 'INSTANCE_START_FAILED', reason: 'was deleted' })
      if (hasStatus(error, 401) || hasStatus(error, 403)) {
        refusedAt ??= hrnow()
        if (hrnow() - refusedAt > REFUSED_MS) throw instanceLost(`a stream to its pod is refused${said(error)}`, error)
      } else refusedAt = undefined
    }
    const isEager =
      hrnow() - scheduledAt < EAGER_MS || (state.pod !== undefined && containerState(state.pod)?.running !== undefined)
    pause = isEager ? FIRST_PAUSE_MS : Math.min(pause * 1.5, LONGEST_PAUSE_MS)
    await state.change(Math.min(pause, left))
  }
}

const said = (failure: unknown): string =>
  failure instanceof Error && failure.message ? `: ${failure.message.replace(/\.$/, '')}` : ''
