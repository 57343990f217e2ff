import { clearInterval, clearTimeout, setInterval, setTimeout } from '../../../platform/clock.ts'

const QUIET_MS = 1_000
const EVERY_MS = 5_000

/** Says on stderr that, and how far, an engine is at something, once it takes longer than a second. */
export class Progress {
  readonly #what: string
  readonly #state: () => string | undefined
  readonly #first: ReturnType<typeof setTimeout>
  #every: ReturnType<typeof setInterval> | undefined

  /** @param what `docker pulls orders:1` @param state `3 of 80 MB`, if it is known */
  constructor(what: string, state: () => string | undefined) {
    this.#what = `lambda-fixtures: ${what}`
    this.#state = state
    this.#first = setTimeout(() => {
      this.#say()
      this.#every = setInterval(() => this.#say(), EVERY_MS)
    }, QUIET_MS)
  }

  end(done: boolean): void {
    clearTimeout(this.#first)
    if (this.#every === undefined) return
    clearInterval(this.#every)
    process.stderr.write(`${this.#what}: ${done ? 'done' : 'failed'}\n`)
  }

  #say(): void {
    const state = this.#state()
    process.stderr.write(state === undefined ? `${this.#what} …\n` : `${this.#what}: ${state}\n`)
  }
}
