import { type Duplex, duplexPair } from 'node:stream'
import type { RuntimeExit, Sandbox, SandboxEvents } from '../../src/emulator/environment/sandbox.ts'

/** What the handler of an {@link InProcessSandbox} can do. */
export interface HandlerContext {
  readonly requestId: string
  log(text: string): void
  exit(exit: Partial<RuntimeExit>): void
}

export interface InProcessOptions {
  /** Returns the response; `undefined` answers nothing. Default: the event. */
  readonly handler?: (event: string, context: HandlerContext) => string | undefined
  readonly create?: () => Promise<void>
  /** Called in place of a start that succeeds. */
  readonly start?: (events: SandboxEvents) => Promise<void>
}

/** A sandbox whose runtime is a client of the Runtime API in this process: no program, no port, no waiting. */
export class InProcessSandbox implements Sandbox {
  /** The calls of the emulator, in order. */
  readonly calls: string[] = []
  readonly #options: InProcessOptions
  events!: SandboxEvents
  #runtime: Duplex | undefined

  constructor(options: InProcessOptions = {}) {
    this.#options = options
  }

  async create(events: SandboxEvents): Promise<void> {
    this.calls.push('create')
    this.events = events
    await this.#options.create?.()
  }

  async start(): Promise<void> {
    this.calls.push('start')
    if (this.#options.start !== undefined) return await this.#options.start(this.events)
    const [runtime, api] = duplexPair()
    this.#runtime = runtime
    this.events.connection(api)
    this.#serve(runtime)
  }

  async stop(): Promise<void> {
    this.calls.push('stop')
    this.#runtime?.destroy()
  }

  drain(): void {}

  peakMemory(): number {
    return 36 * 1_048_576
  }

  busy(running: boolean): void {
    this.calls.push(running ? 'busy' : 'not busy')
  }

  freeze(): void {
    this.calls.push('freeze')
  }

  thaw(): void {
    this.calls.push('thaw')
  }

  async destroy(): Promise<void> {
    this.calls.push('destroy')
    this.#runtime?.destroy()
  }

  #serve(runtime: Duplex): void {
    const { handler = event => event } = this.#options
    let received = ''
    runtime.setEncoding('utf8').on('data', text => {
      received += text
      const head = received.indexOf('HTTP/1.1 200')
      const body = received.indexOf('\r\n\r\n', head) + 4
      const length = Number(/Content-Length: (\d+)/.exec(received.slice(head, body))?.[1])
      // Receipts of answers come before the event. They are not looked at.
      if (head === -1 || body < 4 || received.length < body + length) return
      const id = /Lambda-Runtime-Aws-Request-Id: (.*)\r/.exec(received)?.[1] ?? ''
      const event = received.slice(body, body + length)
      received = ''
      const answer = handler(event, {
        requestId: id,
        log: line => this.events.output(Buffer.from(line)),
        exit: exit => this.events.exit({ code: null, signal: null, outOfMemory: false, ...exit }),
      })
      if (answer !== undefined) runtime.write(`${post(`invocation/${id}/response`, answer)}${NEXT}`)
    })
    runtime.write(NEXT)
  }
}

const NEXT = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n'

function post(path: string, body: string): string {
  return `POST /2018-06-01/runtime/${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
