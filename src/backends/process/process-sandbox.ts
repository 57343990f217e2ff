import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { EntrypointError, startErrorOf } from '../../emulator/environment/entrypoint-error.ts'
import type { RuntimeExit, Sandbox, SandboxEvents } from '../../emulator/environment/sandbox.ts'
import { clearInterval, setInterval, within } from '../../platform/clock.ts'
import { type ProcessIdentity, startTimeOf } from '../../platform/process-identity.ts'
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
  /** Bytes; above it the environment is killed as out of memory. `undefined`: unlimited. */
  readonly memoryLimit: number | undefined
  /** The environment's folders, removed at the end. */
  readonly folders: { readonly root: string; readonly task: string; remove(): Promise<unknown> }
  /** `LAMBDA_TASK_ROOT` as the function sees it. */
  readonly taskRoot: string
  /** Unpacks the code and decides what to start. @param port of the Runtime API */
  readonly prepare: (port: Promise<number>) => Promise<RuntimeCommand>
  /** Ask the runtime to end by SIGTERM first, because it has coverage to write. */
  readonly graceful: boolean
  readonly onStarted: (pid: number) => void
  readonly onDescendants: (processes: readonly ProcessIdentity[]) => void
  /** @param problems what could not be ended or removed, and why */
  readonly onEnded: (problems: readonly string[]) => void
}

const MEMORY_WATCH_MS = 20
const COVERAGE_GRACE_MS = 2_000
const REMEMBERED = 1_000

/** One environment as child processes: a process group at a time, on one pipe, in one set of folders. */
export class ProcessSandbox implements Sandbox {
  readonly #options: ProcessSandboxOptions
  readonly #port: RuntimeApiPort
  readonly #opening: Promise<Fifo>
  readonly #command: Promise<RuntimeCommand>
  #events: SandboxEvents | undefined
  #child: ChildProcess | undefined
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

  get pid(): number | undefined {
    return this.#child?.pid
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
    // Where no more descriptors can be had, there is no `stdio` at all, whatever its type says.
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
    await started(child, file)
    this.#since ??= momentOf(child.pid as number)
    this.#meter = new MemoryMeter(child.pid as number)
    this.busy(true)
    this.#options.onStarted(child.pid as number)
  }

  async stop(): Promise<void> {
    const child = this.#child
    if (child?.pid === undefined) return
    this.#stopping = true
    // Nothing else may keep this process alive until the end is seen.
    child.ref()
    this.#measure()
    if (child.exitCode === null && child.signalCode === null) signalGroup(child.pid, 'SIGKILL')
    await this.#ended
    // Also what left the group, and only when it is gone is the place free for the next runtime.
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
    // Also between two invocations a process may be started, by a timer of the last one.
    if (running && this.#meter !== undefined) this.#remember(this.#meter.descendants())
    const { memoryLimit } = this.#options
    if (!running || memoryLimit === undefined) return
    // Linux tells nobody without a cgroup of its own that memory grows, so it must be looked at while something runs.
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
    this.#frozen = this.#everything()
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
    if (this.#options.graceful) await this.#terminate()
    await this.stop()
    this.#port.close()
    const fifo = await this.#opening.catch(() => undefined)
    fifo?.close()
    // Its files may still be written: whatever it was, it ends before they go.
    await this.#command.catch(() => undefined)
    const problems = this.#survivors.map(({ pid, reason }) => `process ${pid} could not be ended: ${reason}`)
    // The folder leads later sweeps to processes that are left.
    if (problems.length === 0) {
      await this.#options.folders.remove().catch((error: Error) => {
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

  /** Its processes wherever they went, those that left the group among them. */
  #everything(): number[] {
    return findProcesses(this.#options, this.#traces, takeSnapshot(this.#since)).map(({ pid }) => pid)
  }

  get #traces(): Traces {
    return { remembered: this.#descendants, folder: this.#options.folders.root }
  }

  #killForMemory(): void {
    this.#outOfMemory = true
    if (this.#child?.pid !== undefined) signalGroup(this.#child.pid, 'SIGKILL')
  }

  #exited(child: ChildProcess, exit: RuntimeExit): void {
    if (child !== this.#child) return
    void this.#fifo?.drain()
    // What the leader left of its group goes with it, now, while the number can't be another's yet.
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL')
    if (!this.#stopping) this.#events?.exit(exit)
  }

  #measure(pageFaults?: string): void {
    const measured = this.#meter?.peak(pageFaults)
    if (measured === undefined) return
    if (measured.bytes > this.#peak) this.#peak = measured.bytes
    this.#remember(measured.descendants)
  }

  /** A process that clears its environment and leaves its group is known again only because it was seen as a child. */
  #remember(pids: readonly number[]): void {
    if (pids.length === 0) return
    const known = new Set(this.#descendants.map(({ pid }) => pid))
    const fresh = pids.filter(pid => !known.has(pid)).flatMap(pid => ({ pid, startTime: startTimeOf(pid) ?? '' }))
    if (fresh.length === 0) return
    this.#descendants = [...this.#descendants, ...fresh].slice(-REMEMBERED)
    this.#options.onDescendants(this.#descendants)
  }

  #forget(): void {
    this.busy(false)
    this.#meter?.close()
    this.#meter = undefined
    this.#child = undefined
    this.#frozen = []
  }
}

/** Waits for the exec; Node tells its failure by an event, with Go's words left to us. */
function started(child: ChildProcess, file: string): Promise<void> {
  if (child.pid !== undefined) return Promise.resolve()
  return new Promise((_, reject) => {
    child.once('error', error => {
      const reason = startErrorOf(error)
      reject(reason === undefined ? error : new EntrypointError('Runtime.InvalidEntrypoint', `fork/exec ${file}: ${reason}`))
    })
  })
}
