import { Progress } from './progress.ts'

/** One line of what an engine says while it pulls. */
export interface PullLine {
  readonly id?: string
  readonly status?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
  readonly error?: string
}

/** How far an image is pulled, in megabytes. */
export class PullProgress {
  readonly #progress: Progress
  readonly #layers = new Map<string, { current: number; total: number }>()

  constructor(backend: string, reference: string) {
    this.#progress = new Progress(`${backend} pulls ${reference}`, () => this.#state())
  }

  take({ id, status, progressDetail }: PullLine): void {
    if (id === undefined) return
    const { current, total } = progressDetail ?? {}
    if (status === 'Downloading' && total) this.#layers.set(id, { current: current ?? 0, total })
    const layer = this.#layers.get(id)
    if (layer !== undefined && /^(Download|Pull) complete$/.test(status ?? '')) layer.current = layer.total
  }

  end(done: boolean): void {
    this.#progress.end(done)
  }

  #state(): string | undefined {
    const layers = [...this.#layers.values()]
    const [current, total] = [sum(layers.map(layer => layer.current)), sum(layers.map(layer => layer.total))]
    return total === 0 ? undefined : `${megabytes(current)} of ${megabytes(total)} MB`
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
