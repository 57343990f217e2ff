import { randomBytes } from 'node:crypto'
import { lifelineDisabledVariable } from '../../reaper/variables.ts'

/** Where backends put the init. */
export const INIT_PATH = '/lf/init'
/** Where they put the first START, if they do. @see startFile */
export const START_PATH = '/lf/start'

/** What one container's init is told by its environment; all of it is gone from what the function sees. */
export interface InitSettings {
  /** 16 bytes: who knows them may speak to the init. */
  readonly token: Buffer
  /** Tells inits apart that share a network. */
  readonly id: string
  /** For the container's environment. */
  readonly environment: Readonly<Record<string, string>>
  /** What the engine has to exec for a stream. */
  readonly exec: readonly string[]
}

export interface InitSettingsOptions {
  readonly id: string
  /** Bytes that the function may hold: the init's to enforce where no cgroup does. */
  readonly memory?: number
  /** Milliseconds without a stream after which the container ends itself. Default 10,000. */
  readonly grace?: number
  /** Milliseconds that the first stream may take. Default 60,000. */
  readonly firstStream?: number
  /** Default 9001, as on AWS; if taken (a shared network), the kernel picks one. */
  readonly port?: number
  /** Where files may be put. Default `/var/task` and `/opt`. */
  readonly roots?: readonly string[]
  /** Variables that the engine sets, and the function shall not see. */
  readonly unset?: readonly string[]
  /** Default {@link INIT_PATH}. */
  readonly path?: string
  /** Where the first START lies, to be done before there is a stream. Default: it comes by the stream. */
  readonly startFile?: string
}

/** @example const init = initSettings({ id: instanceId }) // docker: Env: init.environment, Entrypoint: [INIT_PATH, '--', ...entrypoint] */
export function initSettings(options: InitSettingsOptions): InitSettings {
  const token = randomBytes(16)
  const endless = process.env[lifelineDisabledVariable] === 'true' ? 2 ** 31 - 1 : undefined
  const grace = endless ?? options.grace
  const firstStream = endless ?? options.firstStream
  return {
    token,
    id: options.id,
    environment: {
      LF_TOKEN: token.toString('hex'),
      LF_ID: options.id,
      ...(options.memory !== undefined && { LF_MEMORY: String(options.memory) }),
      ...(grace !== undefined && { LF_GRACE: String(grace) }),
      ...(firstStream !== undefined && { LF_FIRST_STREAM: String(firstStream) }),
      ...(options.port !== undefined && { LF_PORT: String(options.port) }),
      ...(options.unset && { LF_UNSET: options.unset.join(':') }),
      ...(options.startFile !== undefined && { LF_START: options.startFile }),
      ...(options.roots && { LF_ROOTS: options.roots.join(':') }),
    },
    exec: [options.path ?? INIT_PATH, '-x', options.id],
  }
}
