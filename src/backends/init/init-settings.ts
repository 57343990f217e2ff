import { randomBytes } from 'node:crypto'
import { LIFELINE_DISABLED_VARIABLE } from '../../reaper/variables.ts'

/** Where backends put the init. */
export const INIT_PATH = '/lf/init'
/** Where backends may put the first START command. @see startFile */
export const START_PATH = '/lf/start'

/** How a container runs its init. */
export interface InitSettings {
  /** 16 bytes that a stream must begin with, or the init closes it. */
  readonly token: Buffer
  /** The variables to set in the container. The function does not see them. */
  readonly environment: Readonly<Record<string, string>>
  /** The command to exec for a stream to the init. */
  readonly exec: readonly string[]
}

export interface InitSettingsOptions {
  /** Must differ between inits that share a network. */
  readonly id: string
  /** Bytes that all processes together may use. The init enforces it where no cgroup does. */
  readonly memory?: number
  /** Milliseconds without a stream after which the container ends. Default 10,000. */
  readonly grace?: number
  /** Milliseconds until the first stream must be open. Default 60,000. */
  readonly firstStream?: number
  /** The port of the Runtime API. Default 9001, as on AWS; if it is taken (on a shared network), the kernel chooses another. */
  readonly port?: number
  /** The function's folders, which the init searches for `bootstrap`. Default `/var/task` and `/opt`. */
  readonly roots?: readonly string[]
  /** Where the init writes the function's files. Default: {@link roots}. */
  readonly writable?: readonly string[]
  /** Variables that the engine sets and that the function must not see. */
  readonly unset?: readonly string[]
  /** Default {@link INIT_PATH}. */
  readonly path?: string
  /** A file with the first START command, which the init executes before a stream is open. Default: START comes by the stream. */
  readonly startFile?: string
}

/** @example const init = initSettings({ id: instanceId }) // docker: Env: init.environment, Entrypoint: [INIT_PATH, '--', ...entrypoint] */
export function initSettings(options: InitSettingsOptions): InitSettings {
  const token = randomBytes(16)
  const endless = process.env[LIFELINE_DISABLED_VARIABLE] === 'true' ? 2 ** 31 - 1 : undefined
  const variables = {
    LF_TOKEN: token.toString('hex'),
    LF_ID: options.id,
    LF_MEMORY: options.memory,
    LF_GRACE: endless ?? options.grace,
    LF_FIRST_STREAM: endless ?? options.firstStream,
    LF_PORT: options.port,
    LF_UNSET: options.unset?.join(':'),
    LF_START: options.startFile,
    LF_ROOTS: options.roots?.join(':'),
    LF_WRITABLE: options.writable?.join(':'),
  }
  const given = Object.entries(variables).filter(([, value]) => value !== undefined)
  return {
    token,
    environment: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
    exec: [options.path ?? INIT_PATH, '-x', options.id],
  }
}
