import type { CodeZip, DeployId, LayerZip } from '../model/code-package.ts'
import type { InstanceState } from '../model/instance-state.ts'
import type { InvocationOutcome, InvocationRequest } from '../model/invocation.ts'
import type { ImageBuild, LambdaFunction } from '../model/lambda-function.ts'
import type { LogRecord } from '../model/log-record.ts'
import type { ReapReport } from '../model/reap-report.ts'
import type { SessionResource } from '../model/session-resource.ts'

export type BackendName = 'process' | 'docker' | 'podman' | 'kubernetes'

/** Plain data by which an instance is found again, also from another process. Each kind of backend has its own shape. */
export type BackendHandle =
  | { readonly kind: 'process'; readonly id: string; readonly pid: number | undefined; readonly startTime: string | undefined }
  | { readonly kind: 'container'; readonly id: string }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }

/** One running execution environment. It takes one event at a time. */
export interface WarmInstance {
  /** 32 hex digits, the end of the instance's log stream name. */
  readonly id: string
  readonly handle: BackendHandle
  /** `LAMBDA_TASK_ROOT` as the function sees it. Paths in its stack traces start with it. */
  readonly taskRoot: string
  readonly state: InstanceState
  /** The number of invocations so far. */
  readonly invocations: number
  readonly pid?: number
  /**
   * A URL of this machine to which events can be posted, as to AWS's runtime interface emulator: `curl -d '{}' $url`. The instance
   * listens from the first call until it ends. This is a method because a property could not wait for that.
   * @throws RuntimeError `INSTANCE_LOST` if the instance has ended
   */
  endpoint(): Promise<string>
  /**
   * Runs one event. Also resolves for the function's own errors, which AWS answers with status 200.
   * @throws RuntimeError `INSTANCE_LOST` if the instance was lost before the function can have seen the event, `INVOCATION_FAILED` if it
   * was lost later, `INVOCATION_ABORTED` if `signal` aborted
   */
  invoke(request: InvocationRequest): Promise<InvocationOutcome>
  /** Calls `listener` at each change. The returned function stops that. */
  onStateChange(listener: (state: InstanceState) => void): () => void
  /** Calls `listener` for each log record. The first listener also gets the records from before. The returned function stops that. */
  onLog(listener: (record: LogRecord) => void): () => void
}

/** Runs functions, such as in processes, in containers or in pods. */
export interface LambdaBackend {
  /** Appears in logs, labels and errors. This library's backends are `process`, `docker`, `podman` and `kubernetes`. */
  readonly name: string
  /** What the backend runs on, for `lambda-fixtures doctor`: `docker 28.5.1 at unix:///var/run/docker.sock`. Rejects if it can't be reached. */
  describe?(): Promise<string>
  /**
   * Connects to what the backend needs for `fn`, such as an engine. Called before each launch, so it must be quick when it has connected.
   * @returns why this backend can't run `fn` here, or `undefined` if it can
   */
  prepare?(fn: LambdaFunction): Promise<string | undefined>
  /**
   * Starts an instance. Resolves when its init phase is over, also if that failed: as on AWS, the first invocation reports it.
   * @param code `undefined` for image functions
   * @param layers in the order in which they are unpacked to `/opt`, where later ones replace files of earlier ones
   * @param deployId identifies code and layers. Every resource is labelled with it.
   * @param signal aborts when the instance is not wanted any more: it must be ended at once, and the promise must reject
   */
  launch(
    fn: LambdaFunction,
    code: CodeZip | undefined,
    layers: readonly LayerZip[],
    deployId: DeployId,
    signal?: AbortSignal,
  ): Promise<WarmInstance>
  /** Ends an instance and removes everything that belongs to it. Idempotent, also while it starts. */
  terminate(handle: BackendHandle): Promise<void>
  /** Removes what dead sessions have left. Default: nothing. */
  reapStale?(options?: { readonly dryRun?: boolean }): Promise<ReapReport>
  /** The resources of a session that exist, whichever process created them. Default: none. */
  sessionResources?(session: string): Promise<readonly SessionResource[]>
  /** Pulls an image, unless it is present. @param signal aborts when nobody needs the image any more */
  /** Pulls an image, unless the backend has it. Default: nothing. */
  prepullImage?(image: string, signal?: AbortSignal): Promise<void>
  /**
   * Builds an image, unless one with the same content exists. A backend without this method can't run functions that have a Dockerfile.
   * @returns the function's `imageUri`
   */
  buildImage?(build: ImageBuild, architecture: string, signal?: AbortSignal): Promise<string>
  /** What the instance has written recently to stdout and stderr, or `undefined` if this backend does not know the instance. */
  instanceLogs?(handle: BackendHandle): Promise<string | undefined>
  /** The URL by which a function reaches `url`, a server of this machine. */
  hostUrl?(url: URL): string
}
