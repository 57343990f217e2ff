import { EntrypointError, type Sandbox, type SandboxEvents } from '../../../emulator/environment/sandbox.ts'
import { RuntimeError } from '../../../errors/runtime-error.ts'
import { clearTimeout, setTimeout } from '../../../platform/clock.ts'
import type { StartCommand } from '../../init/init-control.ts'
import { InitSandbox, type InitSandboxOptions } from '../../init/init-sandbox.ts'
import type { TunnelFile } from '../../init/send-files.ts'
import { instanceLost } from '../../init/tunnel/instance-lost.ts'

export interface ContainerSandboxOptions extends Omit<InitSandboxOptions, 'events' | 'start'> {
  /** No runtime runs; the next one is a fresh one. */
  readonly onStopped: () => void
  /** An invocation has ended in which a runtime was started. */
  readonly onInitialised: () => void
  /** Why the container is gone, if the engine knows. */
  readonly explain: () => Promise<string | undefined>
  /** Milliseconds that the init may take to answer a command. Default 10,000. */
  readonly patience?: number
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
  #isBusy = false
  #isFresh = false

  constructor(options: ContainerSandboxOptions, events: SandboxEvents) {
    this.#options = options
    this.#events = events
    const command = (): StartCommand => this.#command
    this.#init = new InitSandbox({
      ...options,
      // What is started is known when the container is.
      get start() {
        return command()
      },
      events: {
        output: chunk => events.output(chunk),
        exit: exit => events.exit(exit),
        lost: (error, unseen) => void this.#lose(error, unseen),
      },
    })
  }

  /** Opens the stream to the init of a container that runs. @param ports of this machine, to be reached inside */
  async connect(command: StartCommand, ports: readonly number[], onPort: (port: number, error: Error) => void): Promise<void> {
    this.#command = command
    await this.#init.connect()
    await Promise.all(ports.map(port => this.#init.forward(port).catch((error: Error) => onPort(port, error))))
  }

  /** Where there is no archive API. @throws RuntimeError `ZIP_EXTRACTION_FAILED` */
  async putFiles(files: Iterable<TunnelFile>): Promise<void> {
    await this.#init.putFiles(files)
  }

  async start(): Promise<void> {
    this.#isFresh = true
    try {
      await this.#inTime(this.#init.start())
    } catch (error) {
      throw entrypointError(error, this.#command) ?? error
    }
  }

  async stop(): Promise<void> {
    // What can't be stopped is lost, and removed; whoever waits for the stop has its answer all the same.
    await this.#inTime(this.#init.stop()).catch(() => undefined)
    this.#isFresh = false
    this.#options.onStopped()
  }

  drain(): void {}

  peakMemory(): number | undefined | Promise<number | undefined> {
    if (this.#isLost) return undefined
    const peak = this.#init.peakMemory()
    return typeof peak === 'number' ? peak : this.#inTime(peak).catch(() => undefined)
  }

  startupMs(): number | undefined {
    return this.#init.startupMs()
  }

  busy(running: boolean): void {
    this.#isBusy = running
    this.#init.busy(running)
    if (running || !this.#isFresh) return
    this.#isFresh = false
    this.#options.onInitialised()
  }

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

  /** Resolves when the init has answered; rejects when it can't any more. */
  async ping(): Promise<void> {
    await this.#init.ping()
  }

  /** Gives up the present stream, which may be dead, for a new one. */
  breakStream(): void {
    this.#init.breakStream()
  }

  async #lose(error: Error, unseen = false): Promise<void> {
    if (this.#isLost) return
    this.#isLost = true
    // Between two events nobody asks why, but the next one must not come here.
    const reason = this.#isBusy ? await this.#options.explain().catch(() => undefined) : undefined
    this.#events.lost(reason === undefined ? error : instanceLost(reason, error), unseen)
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const patience = this.#options.patience ?? COMMAND_PATIENCE_MS
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = instanceLost(`its init has answered nothing for ${patience / 1000} s; is it paused?`)
        // Whoever waits goes on when everybody knows.
        void this.#lose(error).then(() => reject(error))
      }, patience)
    })
    return await Promise.race([answer, late]).finally(() => clearTimeout(timer))
  }
}

/** What AWS reports as the function's own fault. @see contract 2.5 */
function entrypointError(error: unknown, { workingDirectory }: StartCommand): EntrypointError | undefined {
  if (!(error instanceof RuntimeError) || error.code !== 'INVALID_ENTRYPOINT') return undefined
  const reason = SPAWN_REASONS[(error.cause as NodeJS.ErrnoException | undefined)?.code ?? '']
  if (workingDirectory !== undefined && error.message.startsWith(`${workingDirectory}: `)) {
    return new EntrypointError('Runtime.InvalidWorkingDir', `chdir ${workingDirectory}: ${reason ?? error.message}`)
  }
  // The init says of which program: `/var/task/bootstrap: Exec format error`.
  const program = /^(\/.*): [^:]+$/.exec(error.message)?.[1]
  const message = reason === undefined || program === undefined ? error.message : `fork/exec ${program}: ${reason}`
  return new EntrypointError('Runtime.InvalidEntrypoint', message)
}
