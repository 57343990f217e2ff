import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { within } from '../../../platform/clock.ts'
import { packagedProgram } from '../../../platform/packaged-program.ts'
import { readStat } from '../../../platform/process-identity.ts'

const LOOK_EVERY_MS = 100
const LOOKS = 3

/** Reads a pipe whose lock its function holds at times, in a process of its own, which may hang there. */
export class LogReader {
  readonly #pipe: number
  #child: ChildProcess
  readonly #onData: (chunk: Buffer) => void
  readonly #questions: (() => void)[] = []
  #rest: Buffer = Buffer.alloc(0)
  #hung = false
  #isClosed = false

  constructor(pipe: number, onData: (chunk: Buffer) => void) {
    this.#pipe = pipe
    this.#onData = onData
    this.#child = this.#start()
  }

  #start(): ChildProcess {
    const { file } = packagedProgram(import.meta.url, { built: './log-reader.mjs', source: './log-reader-main.ts' })
    const child = spawn(process.execPath, ['--no-warnings', file], {
      cwd: '/',
      env: {},
      stdio: ['pipe', 'pipe', 'inherit', this.#pipe],
    })
    const { stdin, stdout } = child as ChildProcess & { stdin: Socket; stdout: Socket }
    for (const handle of [child, stdin, stdout]) handle.unref()
    stdout.on('data', chunk => this.#read(chunk))
    stdin.on('error', () => {})
    // Everything that it wrote has been read when this runs.
    child.on('error', () => this.#answerAll()).on('close', (_code, signal) => this.#ended(signal))
    return child
  }

  /** Who was killed is replaced, and asked what the other was asked. */
  #ended(signal: string | null): void {
    if (this.#isClosed || signal === null) return this.#answerAll()
    this.#rest = Buffer.alloc(0)
    this.#hung = false
    this.#child = this.#start()
    this.#child.stdin!.write('?'.repeat(this.#questions.length))
  }

  /** Resolves when all that was written was given to `onData`; or when it hangs at the pipe, and from then on at once, until it moves. */
  async drain(): Promise<void> {
    if (!this.#hung || !this.#isStuck()) await this.#ask()
  }

  /** The same when nothing runs that could hold the lock. */
  settle(): Promise<void> {
    return this.#ask()
  }

  close(): void {
    this.#isClosed = true
    this.#child.kill('SIGKILL')
  }

  async #ask(): Promise<void> {
    if (this.#child.exitCode !== null || this.#isClosed) return
    const answer = new Promise<'answered'>(resolve => this.#questions.push(() => resolve('answered')))
    this.#child.stdin!.write('?')
    // A reader that only waits for a processor is not stuck.
    for (let stuck = 0; stuck < LOOKS; stuck = this.#isStuck() ? stuck + 1 : 0) {
      if ((await within(LOOK_EVERY_MS, answer, () => 'late')) === 'answered') return
    }
    this.#hung = true
  }

  #isStuck(): boolean {
    return readStat(this.#child.pid ?? 0)?.[0] === 'D'
  }

  #read(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE()) {
      const size = bytes.readUInt32BE()
      if (size > 0) this.#onData(bytes.subarray(4, 4 + size))
      else this.#questions.shift()?.()
      bytes = bytes.subarray(4 + size)
    }
    this.#rest = bytes
    this.#hung = false
  }

  #answerAll(): void {
    for (const resolve of this.#questions.splice(0)) resolve()
  }
}
