import { watch } from 'node:fs'
import { clearTimeout, setTimeout } from '../../../platform/clock.ts'
import { makePrivateFolder, userFolder } from '../../../platform/user-folder.ts'
import { sessionsPath } from '../../session-folder.ts'
import { Sweep } from '../../sweep/sweep.ts'
import { sweepBundles } from '../../sweep/sweep-bundles.ts'
import { sweepSessions } from '../../sweep/sweep-sessions.ts'
import { sweepSockets } from '../../sweep/sweep-sockets.ts'
import { log } from './log.ts'

/** How often, once a second, a folder is looked at again whose owner lives but does not connect. */
const ATTEMPTS = 30

export interface OrphanedSessionsOptions {
  /** How long an owner has to connect, in ms. */
  readonly grace: number
  /** Whether a client has registered the owner's folder. */
  readonly isTaken: (folder: string) => boolean
  readonly onChange: () => void
}

/**
 * Sweeps what owners left that died before they connected: an owner creates its folder milliseconds before it connects, and may have to
 * start the watchdog in between. It looks when the watchdog starts and after each new folder. The first look also removes dead sockets
 * and old bundles.
 */
export class OrphanedSessions {
  readonly #options: OrphanedSessionsOptions
  #timer: NodeJS.Timeout | undefined
  #isLooking = false
  #isFirstLook = true
  #attempts = 0

  constructor(options: OrphanedSessionsOptions) {
    this.#options = options
    userFolder()
    makePrivateFolder(sessionsPath())
    watch(sessionsPath(), () => this.#expect())
      .on('error', () => {})
      .unref()
    this.#expect()
  }

  /** Whether it will look once more. */
  get isBusy(): boolean {
    return this.#isLooking || this.#timer !== undefined
  }

  #expect(): void {
    this.#attempts = ATTEMPTS
    this.#timer ??= this.#later(this.#options.grace)
  }

  #later(ms: number): NodeJS.Timeout {
    clearTimeout(this.#timer)
    return setTimeout(() => void this.#look(), ms)
  }

  async #look(): Promise<void> {
    this.#timer = undefined
    if (this.#isLooking) {
      // The sweep that is going on may have passed what has changed meanwhile.
      this.#timer = this.#later(this.#options.grace)
      return
    }
    this.#isLooking = true
    const sweep = new Sweep()
    await this.#sweep(sweep).catch((error: Error) => log(`could not sweep: ${error.message}`))
    this.#isLooking = false
    const { removed, kept, failed } = sweep.report
    const why = (session: string | undefined): string => (session === undefined ? '' : `an owner of session ${session} is dead: `)
    for (const { kind, id, session } of removed) log(`${why(session)}removed ${kind} ${id}`)
    for (const { kind, id, session, reason } of failed) log(`${why(session)}${kind} ${id} is left: ${reason}`)
    const mayConnect = kept.some(({ kind, id }) => kind === 'folder' && !this.#options.isTaken(id))
    if (mayConnect && this.#attempts-- > 0) this.#timer ??= this.#later(1000)
    this.#options.onChange()
  }

  async #sweep(sweep: Sweep): Promise<void> {
    await sweepSessions(sweep, this.#options.isTaken)
    if (!this.#isFirstLook) return
    this.#isFirstLook = false
    await sweepSockets(sweep)
    await sweepBundles(sweep)
  }
}
