import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { EntrypointError, startErrorOf } from '../../emulator/environment/entrypoint-error.ts'
import type { RuntimeExit, Sandbox, SandboxEvents } from '../../emulator/environment/sandbox.ts'
import { clearInterval, setInterval, within } from '../../platform/clock.ts'
import { type ProcessIdentity, startTimeOf } from '../../platform/process-identity.ts'
import { removeTree } from '../../platform/remove-tree.ts'
import { endInstance, type Survivor } from '../../reaper/end-instance.ts'
import { findProcesses, type Traces } from '../../reaper/processes/find-processes.ts'
import { type Moment, momentOf } from '../../reaper/processes/pids-since.ts'
import { takeSnapshot } from '../../reaper/processes/snapshot.ts'
import { directSocket } from './direct-socket.ts'
import { MemoryMeter } from './memory.ts'
import { Fifo } from './output/fifo.ts'
import { signalGroup, signalProcesses } from './process-group.ts'
import { RuntimeApiPort } from './runtime-api-port.ts'
import type { RuntimeCommand } from './runtime-command.ts'

export interface ProcessSandboxOptions {
  readonly instanceId: string
  /** In bytes. A runtime that uses more is killed as out of memory. `undefined`: unlimited. */
  readonly memoryLimit: number | undefined
  /** The instance's folders, which are removed at the end. */
  readonly folders: { readonly root: string; readonly task: string; remove(): Promise<unknown> }
  /** `LAMBDA_TASK_ROOT` as the function sees it. */
  readonly taskRoot: string
  /** Unpacks the code and decides what to start. @param port of the Runtime API */
  readonly prepare: (port: Promise<number>) => Promise<RuntimeCommand>
  /** SIGTERM asks the runtime to end before it is killed, because it has coverage to write. */
  readonly graceful: boolean
  readonly onStarted: (runtime: ProcessIdentity) => void
  readonly onDescendants: (processes: readonly ProcessIdentity[]) => void
  /** @param problems what could not be ended or removed, and why */
  readonly onEnded: (problems: readonly string[]) => void
}

const MEMORY_WATCH_MS = 20
const COVERAGE_GRACE_MS = 2_000
/** A process that was killed ends at once, unless it belongs to another user. */
const END_PATIENCE_MS = 2_000
const MAX_REMEMBERED = 1_000

/** Runs runtimes as child processes, one process group after the other, with the same pipe and the same folders. */
export class ProcessSandbox implements Sandbox {
  readonly #options: ProcessSandboxOptions
  readonly #port: RuntimeApiPort
  readonly #opening: Promise<Fifo>
  readonly #command: Promise<RuntimeCommand>
  #events: SandboxEvents | undefined
  #child: ChildProcess | undefined
  #runtime: ProcessIdentity | undefined
  #meter: MemoryMeter | undefined
  #fifo: Fifo | undefined
  #ended: Promise<void> = Promise.resolve()
  #stopping = false
  #outOfMemory = false
  #peak = 0
  #watch: ReturnType<typeof setInterval> | undefined
  #frozen: readonly number[] = []
  #descendants: readonly ProcessIdentity[] = []
  #survivors: readonly Survivor[] = []
  /** When the first runtime started. */
  #since: Moment | undefined
  #destroyed: Promise<void> | undefined

  constructor(options: ProcessSandboxOptions) {
    this.#options = options
    this.#port = new RuntimeApiPort(socket => this.#events?.connection(socket))
    this.#opening = Fifo.create(chunk => this.#events?.output(chunk))
    this.#command = options.prepare(this.#port.number)
    for (const promise of [this.#opening, this.#command]) promise.catch(() => undefined)
  }

  /** The process that was started as the runtime, while it exists. */
  get runtime(): ProcessIdentity | undefined {
    return this.#runtime
  }

  get taskRoot(): string {
    return this.#options.taskRoot
  }

  /** {@link start} waits for what the constructor has begun. */
  async create(events: SandboxEvents): Promise<void> {
    this.#events = events
  }

  async start(): Promise<void> {
    const [command, fifo] = await Promise.all([this.#command, this.#opening])
    if (this.#destroyed !== undefined) throw new Error('it was terminated while it started')
    this.#fifo = fifo
    this.#stopping = this.#outOfMemory = false
    const { file, args, env, telemetry, channel } = command
    const child = spawn(file, args, {
      cwd: this.#options.folders.task,
      detached: true,
      stdio: [...fifo.stdio.slice(0, telemetry ? 4 : 3), ...(channel ? (['pipe'] as const) : [])],
      env: {
        ...env,
        ...(telemetry ? { _LAMBDA_TELEMETRY_LOG_FD: '3' } : {}),
        ...(channel ? { _LAMBDA_FIXTURES_API_FD: '4' } : {}),
      },
    })
    this.#child = child
    child.unref()
    // Its type does not say so, but there is no `stdio` if the process has no descriptors left.
    const pipe = (child.stdio as ChildProcess['stdio'] | undefined)?.[4] as Socket | null | undefined
    if (channel && pipe) {
      const socket = directSocket(pipe)
      socket.unref()
      this.#events?.connection(socket)
    }
    this.#ended = new Promise(resolve => {
      child.on('exit', (code, signal) => {
        this.#exited(child, { code, signal, outOfMemory: this.#outOfMemory })
        resolve()
      })
      child.on('error', () => resolve())
    })
    const pid = await pidOf(child, file)
    this.#runtime = { pid, startTime: startTimeOf(pid) ?? '' }
    this.#since ??= momentOf(pid)
    this.#meter = new MemoryMeter(pid)
    this.busy(true)
    this.#options.onStarted(this.#runtime)
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined) return
    this.#stopping = true
    // Keeps this process alive until the runtime has ended.
    child.ref()
    this.#measure()
    if (child.exitCode === null && child.signalCode === null) signalGroup(child.pid, 'SIGKILL')
    try {
      // Until the runtime has ended, its descendants can still be told by their parents.
      this.#remember(this.#find().filter(pid => pid !== child.pid))
    } catch {
      // This process has no descriptors left. The runtime's end frees some for the look that counts.
    }
    await within(END_PATIENCE_MS, this.#ended, () => undefined)
    // Processes that have left the group must end, too, before the next runtime starts.
    const { survivors } = await endInstance(this.#options.instanceId, this.#traces, () => takeSnapshot(this.#since))
    this.#survivors = survivors
    await this.#fifo?.settle()
    this.#forget()
  }

  drain(): void | Promise<void> {
    return this.#fifo?.drain()
  }

  peakMemory(pageFaults?: string): number | undefined {
    this.#measure(pageFaults)
    return this.#peak === 0 ? undefined : this.#peak
  }

  busy(running: boolean): void {
    clearInterval(this.#watch)
    // A timer of the last invocation may have started a process since.
    if (running && this.#meter !== undefined) this.#remember(this.#meter.descendants())
    const { memoryLimit } = this.#options
    if (!running || memoryLimit === undefined) return
    // Without a cgroup, no event tells that memory grows.
    this.#watch = setInterval(() => {
      const current = this.#meter?.current() ?? 0
      if (current > this.#peak) this.#peak = current
      if (current > memoryLimit) this.#killForMemory()
    }, MEMORY_WATCH_MS)
    this.#watch.unref()
  }

  freeze(): void {
    if (this.#child?.pid === undefined) return
    signalGroup(this.#child.pid, 'SIGSTOP')
    this.#frozen = this.#find()
    signalProcesses(this.#frozen, 'SIGSTOP')
  }

  thaw(): void {
    signalProcesses(this.#frozen, 'SIGCONT')
    this.#frozen = []
    if (this.#child?.pid !== undefined) signalGroup(this.#child.pid, 'SIGCONT')
  }

  destroy(): Promise<void> {
    this.#destroyed ??= this.#destroy()
    return this.#destroyed
  }

  async #destroy(): Promise<void> {
    const { graceful, folders } = this.#options
    if (graceful) await this.#terminate()
    const stopping = this.stop()
    // While the killed processes end. If one of them still writes a file, the folders are removed later.
    await removeTree(folders.root).catch(() => undefined)
    await stopping
    this.#port.close()
    const fifo = await this.#opening.catch(() => undefined)
    fifo?.close()
    // Code may still be being unpacked.
    await this.#command.catch(() => undefined)
    const problems = this.#survivors.map(({ pid, reason }) => `process ${pid} could not be ended: ${reason}`)
    // The folder leads later sweeps to processes that are left.
    if (problems.length === 0 && existsSync(folders.root)) {
      await folders.remove().catch((error: Error) => {
        problems.push(`its folder could not be removed: ${error.message}`)
      })
    }
    this.#options.onEnded(problems)
  }

  async #terminate(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    this.#stopping = true
    this.thaw()
    signalGroup(child.pid, 'SIGTERM')
    await within(COVERAGE_GRACE_MS, this.#ended, () => undefined)
  }

  #find(): number[] {
    return findProcesses(this.#options, this.#traces, takeSnapshot(this.#since)).map(({ pid }) => pid)
  }

  get #traces(): Traces {
    const leader = this.#runtime
    return { ...(leader && { leader }), remembered: this.#descendants, folder: this.#options.folders.root }
  }

  #killForMemory(): void {
    this.#outOfMemory = true
    if (this.#child?.pid !== undefined) signalGroup(this.#child.pid, 'SIGKILL')
  }

  #exited(child: ChildProcess, exit: RuntimeExit): void {
    if (child !== this.#child) return
    void this.#fifo?.drain()
    // The rest of the group ends now, while no other group can have its number.
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
    if (!this.#stopping) this.#events?.exit(exit)
  }

  #measure(pageFaults?: string): void {
    const measured = this.#meter?.peak(pageFaults)
    if (measured === undefined) return
    if (measured.bytes > this.#peak) this.#peak = measured.bytes
    this.#remember(measured.descendants)
  }

  /** If a process has cleared its environment and left its group, only these tell that it is the function's. */
  #remember(pids: readonly number[]): void {
    if (pids.length === 0) return
    const known = new Set(this.#descendants.map(({ pid }) => pid))
    const fresh = pids.filter(pid => !known.has(pid)).flatMap(pid => ({ pid, startTime: startTimeOf(pid) ?? '' }))
    if (fresh.length === 0) return
    this.#descendants = [...this.#descendants, ...fresh].slice(-MAX_REMEMBERED)
    this.#options.onDescendants(this.#descendants)
  }

  #forget(): void {
    this.busy(false)
    this.#meter?.close()
    this.#meter = undefined
    this.#child = undefined
    this.#runtime = undefined
    this.#frozen = []
  }
}

/** Resolves when the program runs. @throws EntrypointError in the words of AWS's supervisor if the kernel can't start it */
function pidOf(child: ChildProcess, file: string): Promise<number> {
  if (child.pid !== undefined) return Promise.resolve(child.pid)
  return new Promise((_, reject) => {
    child.once('error', error => {
      const reason = startErrorOf(error)
      reject(reason === undefined ? error : new EntrypointError('Runtime.InvalidEntrypoint', `fork/exec ${file}: ${reason}`))
    })
  })
}
