import type { RuntimeAnswer } from '../runtime-api/runtime-requests.ts'
import type { EntrypointError } from './entrypoint-error.ts'
import type { RuntimeExit } from './sandbox.ts'

/** What an execution environment can be told, by its sandbox, its runtime, its timers and its callers. */
export type Signal =
  | { readonly kind: 'ready' }
  | { readonly kind: 'initError'; readonly body: Buffer; readonly errorType: string | undefined }
  | { readonly kind: 'answer'; readonly answer: RuntimeAnswer }
  | { readonly kind: 'exit'; readonly exit: RuntimeExit }
  | { readonly kind: 'entrypoint'; readonly error: EntrypointError }
  | { readonly kind: 'lost'; readonly error: Error; readonly unseen?: boolean | undefined }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'aborted' }

type Kind = Signal['kind']

/** Signals in the order in which they arrived. Taking one drops those before it, which are stale. */
export class SignalQueue {
  #signals: Signal[] = []
  #waiter: { readonly kinds: readonly Kind[]; readonly resolve: (signal: Signal) => void } | undefined

  push(signal: Signal): void {
    const waiter = this.#waiter
    if (waiter === undefined) {
      this.#signals.push(signal)
    } else if (waiter.kinds.includes(signal.kind)) {
      this.#waiter = undefined
      waiter.resolve(signal)
    }
  }

  /** The first signal of one of these kinds, now or when it arrives. */
  take<K extends Kind>(...kinds: readonly K[]): Promise<Extract<Signal, { kind: K }>> {
    const index = this.#signals.findIndex(signal => (kinds as readonly Kind[]).includes(signal.kind))
    if (index !== -1) {
      const [signal] = this.#signals.splice(0, index + 1).slice(-1)
      return Promise.resolve(signal as Extract<Signal, { kind: K }>)
    }
    this.#signals = []
    return new Promise(resolve => {
      this.#waiter = { kinds, resolve: resolve as (signal: Signal) => void }
    })
  }

  clear(): void {
    this.#signals = []
  }
}
