import { RESPONSE_LIMIT } from '../../model/payload-limits.ts'
import { type Exchange, replyAccepted, replyJson } from './exchange.ts'
import type { Body } from './request-body.ts'
import { RuntimeState } from './runtime-state.ts'

/** An event as the runtime gets it from `/next`. */
export interface RuntimeEvent {
  readonly requestId: string
  readonly payload: Uint8Array
  /** Names and values in turn. @see contract 1.2 */
  readonly headers: readonly string[]
}

/** A runtime's answer to its event. */
export type RuntimeAnswer =
  | { readonly kind: 'response'; readonly body: Buffer; readonly contentType: string; readonly pageFaults?: string | undefined }
  | { readonly kind: 'error'; readonly body: Buffer; readonly contentType: string }
  | { readonly kind: 'tooLarge' }
  | { readonly kind: 'invalidMode' }
  | { readonly kind: 'truncated' }

export interface RuntimeApiListener {
  /** The runtime asks for the next event, which does not exist yet: its init or its last invocation is over. */
  ready(): void
  initError(body: Buffer, errorType: string | undefined): void
  answer(answer: RuntimeAnswer): void
}

export type AnswerKind = 'response' | 'error'

/** The body of an answer and what its headers and trailers say. */
export interface ReceivedBody {
  readonly body: Body
  readonly contentType: string | undefined
  /** The error in which a streamed response ended, in Base64. @see contract 1.4 */
  readonly midstreamError?: string | undefined
  /** `minor major` of the runtime's process so far, if its bootstrap reports them. */
  readonly pageFaults?: string | undefined
}

/** Handles the calls of the Runtime API, from all connections. @see contract 1.2–1.6 */
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
    // A runtime may send its next poll before the body of its answer has been read.
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

  /** Begins an answer. Returns the function to call with its body, or `undefined` if the answer was refused. */
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
      // The environment was reset meanwhile, so this answer is too late.
      if (this.#event !== event) return
      this.#received(exchange, kind, received)
      this.#receiving = false
      const poll = this.#heldPoll
      this.#heldPoll = undefined
      if (poll !== undefined) this.next(poll)
    }
  }

  /** Like {@link answer}, for `/init/error`. */
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
