import type { CodeZip, DeployId, LayerZip } from '../model/code-package.ts'
import type { InstanceState } from '../model/instance-state.ts'
import type { InvocationOutcome, InvocationRequest } from '../model/invocation.ts'
import type { ImageBuild, LambdaFunction } from '../model/lambda-function.ts'
import type { LogRecord } from '../model/log-record.ts'
import type { ReapReport } from '../model/reap-report.ts'
import type { SessionResource } from '../model/session-resource.ts'

export type BackendName = 'process' | 'docker' | 'podman' | 'kubernetes'

/** Plain data, one shape a backend: enough to find the instance again, also from another process. */
export type BackendHandle =
  | { readonly kind: 'process'; readonly id: string; readonly pid: number | undefined; readonly startTime: string | undefined }
  | { readonly kind: 'container'; readonly id: string }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }

/** A running execution environment: takes one event at a time. */
export interface WarmInstance {
  /** 32 hex digits, as at the end of AWS's log stream names. */
  readonly id: string
  readonly handle: BackendHandle
  /** `LAMBDA_TASK_ROOT` as the function sees it: what paths in its stack traces start with. */
  readonly taskRoot: string
  /** `finishing`: it has answered, but its runtime has not asked for the next event yet. */
  readonly state: InstanceState
  /** Invocations so far. */
  readonly invocations: number
  readonly pid?: number
  /**
   * A URL of 127.0.0.1 that takes invocations as AWS's runtime interface emulator does: `curl -d '{}' $url`. A method and not a
   * property, because the instance listens from the first call on, and only then. Closed with the instance.
   */
  endpoint(): Promise<string>
  /**
   * Runs one event. Resolves for everything AWS answers with 200, a function's errors among them.
   * @throws RuntimeError `INSTANCE_LOST` if the place is gone before the function can have seen the event,
   *   `INVOCATION_FAILED` if it is lost later, `INVOCATION_ABORTED` on `signal`.
   */
  invoke(request: InvocationRequest): Promise<InvocationOutcome>
  onStateChange(listener: (state: InstanceState) => void): () => void
  /** Each record since the instance began: what came before the first call is given at once. */
  onLog(listener: (record: LogRecord) => void): () => void
}

/** Where functions run. A third party's backend is one if it passes `lambda-fixtures/conformance`. */
export interface LambdaBackend {
  /** `process`, `docker`, `podman`, `kubernetes`: in logs, labels and every error. */
  readonly name: string
  /** What it runs on, for `lambda-fixtures doctor`: `docker 28.5.1 at unix:///var/run/docker.sock`. Rejects if that can't be reached. */
  describe?(): Promise<string>
  /** Why this backend can't run `fn` here, or `undefined` if it can. Asked once a launch; must be quick. */
  prepare?(fn: LambdaFunction): Promise<string | undefined>
  /**
   * Resolves when the environment's init has ended, well or not: as on AWS, a failed init shows at the first invocation.
   * When `signal` aborts, nobody wants the instance any more: end it at once, init or not, and reject.
   */
  launch(
    fn: LambdaFunction,
    code: CodeZip | undefined,
    layers: readonly LayerZip[],
    deployId: DeployId,
    signal?: AbortSignal,
  ): Promise<WarmInstance>
  /** Idempotent: also on what is starting, or already gone. */
  terminate(handle: BackendHandle): Promise<void>
  /** Sweeps what dead sessions left; default: nothing. */
  reapStale?(options?: { readonly dryRun?: boolean }): Promise<ReapReport>
  /** What is there of a session, by its id, whichever process launched it; default: nothing. */
  sessionResources?(session: string): Promise<readonly SessionResource[]>
  /** Pulls an image, unless it is present. @param signal aborts when nobody needs the image any more */
  prepullImage?(image: string, signal?: AbortSignal): Promise<void>
  /**
   * Builds an image, unless there is one of the same content, and gives what `imageUri` is to be; without it, functions that bring a
   * Dockerfile are refused.
   */
  buildImage?(build: ImageBuild, architecture: string, signal?: AbortSignal): Promise<string>
  /** Recent stdout and stderr. */
  instanceLogs?(handle: BackendHandle): Promise<string | undefined>
  /** The address under which the function reaches `url` of this machine. */
  hostUrl?(url: URL): string
}
