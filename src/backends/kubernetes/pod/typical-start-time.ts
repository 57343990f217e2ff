/**
 * How long pods of this process have lately taken from their node to their first stream. Tries before that are in vain, and keep the
 * cluster from starting what they wait for.
 */
export class TypicalStartTime {
  #ms = 350

  /** Milliseconds after which a first try is worth it. */
  get patience(): number {
    return this.#ms * 0.75
  }

  /** One has taken so long. */
  took(ms: number): void {
    this.#ms = Math.min(this.#ms * 0.6 + ms * 0.4, 5_000)
  }
}
