export interface Work<S, T> {
  /** What is known of the work while it runs. */
  readonly state: S
  readonly result: Promise<T>
}

export interface Wait<S> {
  /** Ends the wait with the error that `givenUp` returns. */
  readonly signal: AbortSignal | undefined
  readonly givenUp: (state: S) => Error
}

interface Running<S, T> extends Work<S, T> {
  readonly controller: AbortController
  waiting: number
}

/** Work that is begun once for all callers that want it at the same time, and aborted once all of them have given up. */
export class SharedWork<S, T> {
  readonly #running = new Map<string, Running<S, T>>()

  /** Settles as the work of that key does. @param begin called if no such work runs */
  async run(key: string, begin: (signal: AbortSignal) => Work<S, T>, { signal, givenUp }: Wait<S>): Promise<T> {
    const running = this.#running.get(key) ?? this.#begin(key, begin)
    const end = Promise.withResolvers<never>()
    const abort = (): void => end.reject(givenUp(running.state))
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    running.waiting++
    try {
      return await Promise.race([end.promise, running.result])
    } finally {
      signal?.removeEventListener('abort', abort)
      if (--running.waiting === 0) {
        this.#running.delete(key)
        running.controller.abort()
      }
    }
  }

  #begin(key: string, begin: (signal: AbortSignal) => Work<S, T>): Running<S, T> {
    const controller = new AbortController()
    const running = { ...begin(controller.signal), controller, waiting: 0 }
    // Nobody may be left to hear of its failure.
    running.result.catch(() => undefined)
    this.#running.set(key, running)
    return running
  }
}
