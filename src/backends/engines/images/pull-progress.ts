/** One message of an engine that pulls. */
export interface PullMessage {
  readonly id?: string
  readonly status?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
  readonly error?: string
}

/** How much of an image's layers has been pulled. */
export class PullProgress {
  readonly #layers = new Map<string, { current: number; total: number }>()

  add({ id, status, progressDetail }: PullMessage): void {
    if (id === undefined) return
    const { current, total } = progressDetail ?? {}
    if (status === 'Downloading' && total) this.#layers.set(id, { current: current ?? 0, total })
    const layer = this.#layers.get(id)
    if (layer !== undefined && /^(Download|Pull) complete$/.test(status ?? '')) layer.current = layer.total
  }

  /** `3 of 80 MB`, once the engine has said how large a layer is. */
  get text(): string | undefined {
    const layers = [...this.#layers.values()]
    const [current, total] = [sum(layers.map(layer => layer.current)), sum(layers.map(layer => layer.total))]
    return total === 0 ? undefined : `${megabytes(current)} of ${megabytes(total)} MB`
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)
const megabytes = (bytes: number): number => Math.round(bytes / 1e6)
