import { watch } from 'node:fs'
import { join } from 'node:path'
import { clearTimeout, setTimeout } from '../../../platform/clock.ts'
import { makePrivateFolder, userFolder } from '../../../platform/user-folder.ts'
import { ReportWriter } from '../../sweep/report.ts'
import { sweepSessions } from '../../sweep/sweep-sessions.ts'
import { log } from './log.ts'

/** How often a folder whose owner lives, but says nothing, is looked at again, a second apart. */
const attempts = 30

export interface OrphanedSessionsOptions {
  /** Ms that an owner has for its connection. */
  readonly grace: number
  /** Whether a client has told of that folder. */
  readonly isClaimed: (folder: string) => boolean
  readonly onChange: () => void
}

/**
 * Sweeps what owners left that died before they could say a word: between the making of an owner's folder and its connection lie
 * milliseconds, and a start of the watchdog if it is the first. A look when the watchdog starts, and one after each new folder.
 */
export class OrphanedSessions {
  readonly #options: OrphanedSessionsOptions
  /** Made once: when it is gone, there is nothing to sweep. */
  readonly #folder: string
  #timer: NodeJS.Timeout | undefined
  #looking = false
  #attempts = 0

  constructor(options: OrphanedSessionsOptions) {
    this.#options = options
    this.#folder = userFolder()
    const sessions = join(this.#folder, 'sessions')
    makePrivateFolder(sessions)
    watch(sessions, () => this.#expect())
      .on('error', () => {})
      .unref()
    this.#expect()
  }

  /** Whether it will look once more. */
  get busy(): boolean {
    return this.#looking || this.#timer !== undefined
  }

  #expect(): void {
    this.#attempts = attempts
    this.#timer ??= this.#later(this.#options.grace)
  }

  #later(ms: number): NodeJS.Timeout {
    clearTimeout(this.#timer)
    return setTimeout(() => void this.#look(), ms)
  }

  async #look(): Promise<void> {
    this.#timer = undefined
    if (this.#looking) return
    this.#looking = true
    const report = new ReportWriter()
    const { isClaimed } = this.#options
    await sweepSessions(this.#folder, report, false, isClaimed).catch((error: Error) => log(`could not sweep: ${error.message}`))
    this.#looking = false
    const { removed, left } = report.finish()
    for (const { kind, id, session } of removed) log(`an owner of session ${session} is dead: ended ${kind} ${id}`)
    const isOpen = left.some(({ kind, id }) => kind === 'folder' && !isClaimed(id))
    if (isOpen && this.#attempts-- > 0) this.#timer ??= this.#later(1000)
    this.#options.onChange()
  }
}
