import { clearTimeout, setTimeout } from '../../emulator/clock.ts'
import { EntrypointError, type Sandbox, type SandboxEvents } from '../../emulator/sandbox.ts'
import type { StartCommand } from '../tunnel/control.ts'
import { InitSandbox, type InitSandboxOptions } from '../tunnel/init-sandbox.ts'

export interface ContainerSandboxOptions extends Omit<InitSandboxOptions, 'events' | 'start'> {
  /** Why the container is gone, if the engine knows. */
  readonly explain: () => Promise<string | undefined>
}

/** Above the time in which a broken stream comes back; an init that answers no command so long is paused, or starved. */
const COMMAND_PATIENCE_MS = 10_000

const SPAWN_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOEXEC: 'exec format error',
}

/** A container as the emulator's sandbox: what our init does, in bounded time, with AWS's words. */
export class ContainerSandbox implements Sandbox {
  readonly #options: ContainerSandboxOptions
  readonly #events: SandboxEvents
  readonly #init: InitSandbox
  #command: StartCommand = {}
  #isLost = false

  constructor(options: ContainerSandboxOptions, events: SandboxEvents) {
    this.#options = options
    this.#events = { ...events, lost: error => void this.#lose(error) }
    this.#init = new InitSandbox({ ...options, events: this.#events })
  }

  /** Opens the stream to the init of a container that runs. @param ports of this machine, to be reached inside */
  async connect(command: StartCommand, ports: readonly number[], onPort: (port: number, error: Error) => void): Promise<void> {
    this.#command = command
    await this.#init.connect()
    await Promise.all(ports.map(port => this.#init.forward(port).catch((error: Error) => onPort(port, error))))
  }

  async start(): Promise<void> {
    try {
      await this.#inTime(this.#init.start(this.#command))
    } catch (error) {
      throw entrypointError(error, this.#command) ?? error
    }
  }

  async stop(): Promise<void> {
    // What can't be stopped is lost, and removed; whoever waits for the stop has its answer all the same.
    await this.#inTime(this.#init.stop()).catch(() => undefined)
  }

  drain(): void {}

  async peakMemory(): Promise<number | undefined> {
    if (this.#isLost) return undefined
    return await this.#inTime(this.#init.peakMemory()).catch(() => undefined)
  }

  busy(): void {}

  async freeze(): Promise<void> {
    await this.#inTime(this.#init.freeze()).catch(() => undefined)
  }

  async thaw(): Promise<void> {
    await this.#inTime(this.#init.thaw()).catch(() => undefined)
  }

  async destroy(): Promise<void> {
    this.#isLost = true
    await this.#init.destroy()
  }

  /** For tests of the resume. */
  breakStream(): void {
    this.#init.breakStream()
  }

  async #lose(error: Error): Promise<void> {
    if (this.#isLost) return
    this.#isLost = true
    const reason = await this.#options.explain().catch(() => undefined)
    this.#lost(reason === undefined ? error : new Error(`The container is lost: ${reason}.`, { cause: error }))
  }
}
