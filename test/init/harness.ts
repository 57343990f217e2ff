import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { StartCommand } from '../../src/backends/init/init-control.ts'
import { InitSandbox, type InitSandboxOptions } from '../../src/backends/init/init-sandbox.ts'
import { type InitSettings, type InitSettingsOptions, initSettings } from '../../src/backends/init/init-settings.ts'
import type { ViewSource } from '../../src/backends/init/tunnel/view-stream.ts'
import type { RuntimeExit, SandboxEvents } from '../../src/emulator/environment/sandbox.ts'
import { spoiling } from '../support/spoiling.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
export const runtimeFile: string = fileURLToPath(new URL('fixtures/runtime.mjs', import.meta.url))

let built: string | undefined
/** The init for this machine, built once or taken from the cache. */
export function initFile(): string {
  if (!built) execFileSync(`${root}init/build.sh`, { stdio: ['ignore', 'ignore', 'inherit'] })
  built = `${root}init/dist/init-${process.arch === 'arm64' ? 'arm64' : 'x86_64'}`
  return built
}

/** A bridge, run as an engine's exec would run it. */
export function execBridge(
  file: string,
  id: string,
  wrapper: readonly string[] = [],
): { child: ChildProcess; stream: Duplex & ViewSource } {
  const command = [...wrapper, file, '-x', id]
  const child = spawn(command[0]!, command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
  const { stdin, stdout } = child as { stdin: NonNullable<ChildProcess['stdin']>; stdout: NonNullable<ChildProcess['stdout']> }
  const stream = new Duplex({
    read: () => void stdout.resume(),
    write: (chunk, _encoding, done) => void stdin.write(chunk, done),
    writev: (chunks, done) => {
      stdin.cork()
      for (const [index, { chunk }] of chunks.entries()) stdin.write(chunk, index === chunks.length - 1 ? done : undefined)
      stdin.uncork()
    },
    destroy: (error, done) => {
      child.kill()
      stdin.destroy()
      stdout.destroy()
      done(error)
    },
  })
  stdout.on('data', chunk => stream.push(chunk) || stdout.pause())
  stdout.on('end', () => stream.push(null))
  stdout.on('close', () => stream.destroy())
  stdin.on('error', () => stream.destroy())
  return { child, stream: spoiling(stream) }
}

/** Whether the process exists and is not a zombie. */
export function alive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

/** Makes the init PID 1 of a new PID namespace. Needs root. */
export const asPid1: readonly string[] = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc']

/** A sandbox whose "container" is an ordinary process, with a Runtime API for its runtime. */
export class TestEnvironment {
  readonly id: string
  readonly settings: InitSettings
  readonly init: ChildProcess
  readonly initEnded: Promise<unknown[]>
  readonly sandbox: InitSandbox
  readonly exits: RuntimeExit[] = []
  readonly lost: Promise<Error>
  readonly server: Server
  output = ''
  bridges = 0
  bridge: ChildProcess | undefined
  teed = ''
  #lostResolve!: (error: Error) => void
  readonly #start: StartCommand
  readonly #connection: SandboxEvents['connection']
  #ports: readonly number[] = []
  readonly #waiting: ServerResponse[] = []
  readonly #queued: { id: string; payload: Buffer }[] = []
  readonly #answers = new Map<string, (body: Buffer) => void>()
  #outputWaiters: (() => void)[] = []
  #exitWaiters: (() => void)[] = []

  constructor(
    options: {
      readonly command?: readonly string[]
      readonly environment?: Readonly<Record<string, string>>
      readonly start?: StartCommand
      readonly file?: string
      readonly wrapper?: readonly string[]
      readonly settings?: Partial<InitSettingsOptions>
      /** Comes before the bridge's command, to enter the init's namespaces. */
      readonly enter?: (init: ChildProcess) => readonly string[]
      /** Awaited before each stream is opened. */
      readonly gate?: (init: ChildProcess) => Promise<unknown>
      readonly sandbox?: Partial<InitSandboxOptions>
      /** Default: the connections go to the server. */
      readonly connection?: SandboxEvents['connection']
    } = {},
  ) {
    this.#start = options.start ?? {}
    this.#connection = options.connection ?? (socket => void this.server.emit('connection', socket))
    const file = options.file ?? initFile()
    this.id = randomUUID()
    this.settings = initSettings({ id: this.id, port: 0, path: file, ...options.settings })
    this.lost = new Promise(resolve => {
      this.#lostResolve = resolve
    })
    const command = [...(options.wrapper ?? []), file, '--', ...(options.command ?? [process.execPath, runtimeFile])]
    this.init = spawn(command[0]!, command.slice(1), {
      env: { PATH: process.env.PATH, ...options.environment, ...this.settings.environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.init.stdout!.setEncoding('latin1').on('data', text => {
      this.teed += text
    })
    this.initEnded = once(this.init, 'exit')
    this.server = createServer((request, response) => this.#serve(request, response))
    this.server.keepAliveTimeout = 0
    this.sandbox = new InitSandbox({
      token: this.settings.token,
      open: async () => {
        await options.gate?.(this.init)
        this.bridges++
        const { child, stream } = execBridge(file, this.id, options.enter?.(this.init))
        this.bridge = child
        return stream
      },
      create: () => this.sandbox.connect(this.#start, this.#ports),
      remove: async () => {
        this.init.kill('SIGKILL')
        await this.initEnded
      },
      ...options.sandbox,
    })
  }

  async connect(ports: readonly number[] = []): Promise<void> {
    this.#ports = ports
    await this.sandbox.create({
      output: chunk => {
        this.output += chunk.toString('latin1')
        for (const resolve of this.#outputWaiters.splice(0)) resolve()
      },
      connection: this.#connection,
      exit: exit => {
        this.exits.push(exit)
        for (const resolve of this.#exitWaiters.splice(0)) resolve()
      },
      lost: error => this.#lostResolve(error),
    })
  }

  /** Resolves when the runtime runs. */
  async launch(): Promise<this> {
    await this.connect()
    await this.sandbox.start()
    return this
  }

  async invoke(event: unknown): Promise<any> {
    return JSON.parse((await this.invokeBytes(Buffer.from(JSON.stringify(event)))).toString())
  }

  invokeBytes(payload: Buffer): Promise<Buffer> {
    return new Promise(resolve => {
      const id = randomBytes(8).toString('hex')
      this.#answers.set(id, resolve)
      this.#queued.push({ id, payload })
      this.#serveNext()
    })
  }

  async exited(): Promise<RuntimeExit> {
    while (this.exits.length === 0) {
      await new Promise<void>(resolve => {
        this.#exitWaiters.push(resolve)
      })
    }
    return this.exits.at(-1)!
  }

  /** Resolves when the runtime has asked for its next event. */
  async asked(): Promise<void> {
    while (this.#waiting.length === 0) await once(this.server, 'request')
  }

  /** Resolves when `text` was printed. */
  async printed(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      await new Promise<void>(resolve => {
        this.#outputWaiters.push(resolve)
      })
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.sandbox.destroy()
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const answered = request.url?.match(/invocation\/(\w+)\/response$/)?.[1]
    if (!answered) {
      this.#waiting.push(response)
      response.on('close', () => this.#waiting.includes(response) && this.#waiting.splice(this.#waiting.indexOf(response), 1))
      this.#serveNext()
      return
    }
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      this.#answers.get(answered)?.(Buffer.concat(chunks))
      this.#answers.delete(answered)
      response.writeHead(202, { 'content-length': 0 }).end()
    })
  }

  #serveNext(): void {
    if (this.#waiting.length === 0 || this.#queued.length === 0) return
    const { id, payload } = this.#queued.shift()!
    this.#waiting.shift()!.writeHead(200, { 'lambda-runtime-aws-request-id': id, 'content-length': payload.length }).end(payload)
  }
}
