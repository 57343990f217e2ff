import { clearInterval, clearTimeout, setInterval, setTimeout } from '../../emulator/clock.ts'
import type { PullLine } from './pull-image.ts'

const QUIET_MS = 1_000
const EVERY_MS = 5_000

/** Says on stderr that, and how far, an image is being pulled, once it takes longer than a second. */
export class PullProgress {
  readonly #what: string
  readonly #layers = new Map<string, { current: number; total: number }>()
  readonly #first: ReturnType<typeof setTimeout>
  #every: ReturnType<typeof setInterval> | undefined

  constructor(backend: string, reference: string) {
    this.#what = `lambda-fixtures: ${backend} pulls ${reference}`
    this.#first = setTimeout(() => {
      this.#say()
      this.#every = setInterval(() => this.#say(), EVERY_MS)
    }, QUIET_MS)
  }

  take({ id, status, progressDetail }: PullLine): void {
    if (id === undefined) return
    const { current, total } = progressDetail ?? {}
    if (status === 'Downloading' && total) this.#layers.set(id, { current: current ?? 0, total })
    const layer = this.#layers.get(id)
    if (layer !== undefined && /^(Download|Pull) complete$/.test(status ?? '')) layer.current = layer.total
  }

  end(done: boolean): void {
    clearTimeout(this.#first)
    if (this.#every === undefined) return
    clearInterval(this.#every)
    process.stderr.write(`${this.#what}: ${done ? 'done' : 'failed'}\n`)
  }

  #say(): void {
    const layers = [...this.#layers.values()]
    const [current, total] = [sum(layers.map(layer => layer.current)), sum(layers.map(layer => layer.total))]
    process.stderr.write(total === 0 ? `${this.#what} …\n` : `${this.#what}: ${megabytes(current)} of ${megabytes(total)} MB\n`)
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
