import { RESPONSE_LIMIT } from '../../model/payload-limits.ts'
import { type Exchange, replyAccepted, replyJson } from './exchange.ts'
import type { Body } from './request-body.ts'
import { RuntimeState } from './runtime-state.ts'

/** An event as `/next` hands it out. */
export interface RuntimeEvent {
  readonly requestId: string
  readonly payload: Uint8Array
  /** Flat list of names and values. @see contract 1.2 */
  readonly headers: readonly string[]
}

/** What a runtime made of its event. */
export type RuntimeAnswer =
  | { readonly kind: 'response'; readonly body: Buffer; readonly contentType: string; readonly pageFaults?: string | undefined }
  | { readonly kind: 'error'; readonly body: Buffer; readonly contentType: string }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'invalidMode' }
  | { readonly kind: 'truncated' }

export interface RuntimeApiListener {
  /** The runtime asks for an event and none is there: its init, or its last invocation, is over. */
  ready(): void
  initError(body: Buffer, errorType: string | undefined): void
  answer(answer: RuntimeAnswer): void
}

export type AnswerKind = 'response' | 'error'

/** A body as it came, and what stands beside it. */
export interface ReceivedBody {
  readonly body: Body
  readonly contentType: string | undefined
  /** Base64 of the error with which a streamed response ended. @see contract 1.4 */
  readonly midstreamError?: string | undefined
  /** `minor major` of the runtime's process so far, where its bootstrap tells. */
  readonly pageFaults?: string | undefined
}

/** What the Runtime API's calls mean, whatever connection they come over. @see contract 1.2–1.6 */
export class RuntimeRequests {
  readonly #listener: RuntimeApiListener
  readonly #state = new RuntimeState()
  #waiting: Exchange[] = []
  #event: RuntimeEvent | undefined
  #receiving = false
  #heldPoll: Exchange | undefined

  constructor(listener: RuntimeApiListener) {
    this.#listener = listener
  }

  /** Hands an event to the runtime, now or with its next poll. */
  deliver(event: RuntimeEvent): void {
    this.#event = event
    const poll = this.#waiting.pop()
    if (poll !== undefined) this.#send(poll, event)
  }

  reset(): void {
    this.#state.reset()
    this.#event = undefined
    this.#waiting = []
    this.#receiving = false
    this.#heldPoll = undefined
  }

  next(exchange: Exchange): void {
    // A runtime may send its answer and the next poll in one go: the poll is seen before the answer's body has been read.
    if (this.#receiving) {
      this.#heldPoll = exchange
      return
    }
    const before = this.#state.name
    const refusal = this.#state.transition('Ready')
    if (refusal !== undefined) return refuse(exchange, refusal)
    if (before === 'RuntimeResponseSentState') this.#event = undefined
    if (this.#event !== undefined) return this.#send(exchange, this.#event)
    this.#waiting.push(exchange)
    exchange.onClose(() => {
      this.#waiting = this.#waiting.filter(waiting => waiting !== exchange)
    })
    this.#listener.ready()
  }

  /** Begins an answer: gives what is called with its body, or `undefined` if it was refused. */
  answer(exchange: Exchange, id: string, kind: AnswerKind, mode?: string): ((received: ReceivedBody) => void) | undefined {
    const event = this.#event
    if (event === undefined || event.requestId !== id) {
      replyJson(exchange, 400, { errorMessage: 'Invalid request ID', errorType: 'InvalidRequestID' })
      return undefined
    }
    const refusal = this.#state.transition(kind === 'response' ? 'InvocationResponse' : 'InvocationErrorResponse')
    if (refusal !== undefined) {
      refuse(exchange, refusal)
      return undefined
    }
    if (kind === 'response' && mode !== undefined && mode !== 'streaming') {
      replyJson(exchange, 400, { errorMessage: 'Invalid function response mode', errorType: 'InvalidFunctionResponseMode' })
      this.#listener.answer({ kind: 'invalidMode' })
      return undefined
    }
    this.#receiving = true
    return received => {
      // The environment was reset meanwhile: nobody waits for this answer any more.
      if (this.#event !== event) return
      this.#received(exchange, kind, received)
      this.#receiving = false
      const poll = this.#heldPoll
      this.#heldPoll = undefined
      if (poll !== undefined) this.next(poll)
    }
  }

  /** As {@link answer}, for `/init/error`. */
  initError(exchange: Exchange): ((body: Body, errorType: string | undefined) => void) | undefined {
    const refusal = this.#state.transition('InitError')
    if (refusal !== undefined) {
      refuse(exchange, refusal)
      return undefined
    }
    return (body, errorType) => {
      replyAccepted(exchange)
      this.#listener.initError(typeof body === 'string' ? Buffer.alloc(0) : body, errorType)
    }
  }

  #send(exchange: Exchange, event: RuntimeEvent): void {
    this.#state.running()
    exchange.expectAnswer?.(event.requestId)
    exchange.reply(200, event.headers, event.payload)
  }

  #received(
    exchange: Exchange,
    kind: AnswerKind,
    { body, contentType = 'application/json', midstreamError, pageFaults }: ReceivedBody,
  ): void {
    if (body === 'truncated') {
      replyJson(exchange, 400, { errorMessage: 'HTTP request detected as truncated', errorType: 'TruncatedHTTPRequest' })
      return this.#listener.answer({ kind: 'truncated' })
    }
    if (body === 'tooLarge') {
      const errorMessage = `Exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`
      replyJson(exchange, 413, { errorMessage, errorType: 'RequestEntityTooLarge' })
      return this.#listener.answer({ kind: 'tooLarge' })
    }
    replyAccepted(exchange)
    if (midstreamError === undefined) return this.#listener.answer({ kind, body, contentType, pageFaults })
    this.#listener.answer({ kind: 'error', body: Buffer.from(midstreamError, 'base64'), contentType: 'application/json' })
  }
}

function refuse(exchange: Exchange, errorMessage: string): void {
  replyJson(exchange, 403, { errorMessage, errorType: 'InvalidStateTransition' })
}
