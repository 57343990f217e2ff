/** Runs a runtime against a Runtime API double until it has answered every event, or has ended by itself. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type RecordedRequest, RuntimeApiDouble, type ScriptedEvent } from './runtime-api-double.ts'

export interface RuntimeRun {
  readonly command: readonly string[]
  /** By path under the task root. */
  readonly files: Readonly<Record<string, string>>
  readonly handler: string
  /** As in AWS_EXECUTION_ENV, e.g. `nodejs24.x`. */
  readonly runtime: string
  readonly events?: readonly ScriptedEvent[]
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Status of the answers to POSTs. */
  readonly postStatus?: number
  /** File descriptor 3 is a pipe whose bytes are returned as `telemetry`. */
  readonly telemetry?: boolean
  /** How the process is ended after the last event. */
  readonly endSignal?: NodeJS.Signals
}

export interface RuntimeOutcome {
  readonly root: string
  readonly requests: readonly RecordedRequest[]
  readonly stdout: string
  readonly stderr: string
  readonly telemetry: Buffer
  /** `waiting` if it was still there to take events and was ended from outside. */
  readonly exit: number | NodeJS.Signals | 'waiting'
}

export async function runRuntime(run: RuntimeRun): Promise<RuntimeOutcome> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'runtime-test-')))
  let child: ChildProcess | undefined
  try {
    for (const [name, content] of Object.entries(run.files)) {
      await mkdir(dirname(join(root, name)), { recursive: true })
      await writeFile(join(root, name), content)
    }
    await using api = await RuntimeApiDouble.start(run.events ?? [{ payload: {} }], run.postStatus)
    const [file = '', ...args] = run.command
    child = spawn(file, args, {
      cwd: root,
      env: { ...environment(root, run, api.address), ...run.env },
      stdio: ['ignore', 'pipe', 'pipe', run.telemetry ? 'pipe' : 'ignore'],
    })
    const output = Promise.all([text(child.stdout!), text(child.stderr!), bytes(child.stdio[3])])
    const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>
    const waiting = await Promise.race([api.exhausted.then(() => true), closed.then(() => false)])
    if (waiting) child.kill(run.endSignal ?? 'SIGKILL')
    const [code, signal] = await closed
    const [stdout, stderr, telemetry] = await output
    const exit = waiting && run.endSignal === undefined ? 'waiting' : (code ?? signal ?? 'waiting')
    return { root, requests: api.requests, stdout, stderr, telemetry, exit }
  } finally {
    child?.kill('SIGKILL')
    await rm(root, { recursive: true, force: true })
  }
}

function environment(root: string, run: RuntimeRun, address: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    TZ: ':UTC',
    AWS_EXECUTION_ENV: `AWS_Lambda_${run.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: 'tested',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/tested',
    AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]0123456789abcdef0123456789abcdef',
    AWS_LAMBDA_RUNTIME_API: address,
    LAMBDA_TASK_ROOT: root,
    _HANDLER: run.handler,
  }
}

async function bytes(stream: ChildProcess['stdio'][3]): Promise<Buffer> {
  const parts: Buffer[] = []
  if (stream !== null && stream !== undefined)
    for await (const part of stream as NodeJS.ReadableStream) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}
