import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EntrypointError } from '../../emulator/environment/sandbox.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import { packageRoot } from '../../platform/package-root.ts'
import { packagedProgram } from '../../platform/packaged-program.ts'
import { findPython } from './python.ts'

/** A program to start. */
export interface RuntimeCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The runtime knows AWS's telemetry descriptor. */
  readonly telemetry: boolean
  /** The runtime takes its connection to the Runtime API from a descriptor. */
  readonly channel?: boolean
}

/** What runs in place of this library's own bootstrap, such as AWS's runtime interface client. */
export interface Bootstrap {
  /** Program and arguments; the first may be `node` or `python` for the interpreter that would be taken. */
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Where code and layers lie: on this machine, or as the function sees them. */
export interface RuntimePlaces {
  readonly task: string
  readonly opt: string
}

/** The folder that plays `/var/runtime`'s role. */
export function runtimeDirectory(runtime: string | undefined): string {
  if (runtime?.startsWith('nodejs')) return dirname(nodeBootstrap())
  return join(packageRoot(), 'runtimes', runtime?.startsWith('python') ? 'python' : '')
}

let bootstrapFile: string | undefined

function nodeBootstrap(): string {
  const names = { built: './runtimes/nodejs/bootstrap.cjs', source: '../../../runtimes/nodejs/bootstrap.cjs' }
  bootstrapFile ??= packagedProgram(import.meta.url, names).file
  return bootstrapFile
}

/** What to start for a runtime. @param places on this machine @param seen the same, as the function sees them */
export async function runtimeCommand(
  fn: LambdaFunction,
  places: RuntimePlaces,
  seen: RuntimePlaces,
  env: Record<string, string>,
  bootstrap?: Bootstrap,
): Promise<RuntimeCommand> {
  const runtime = fn.runtime ?? ''
  if (runtime.startsWith('nodejs')) {
    const own = [...nodeFlags(fn.memorySize), nodeBootstrap()]
    const channel = bootstrap === undefined
    return wrapped({ ...command(process.execPath, own, env, bootstrap), channel }, fn, places, seen)
  }
  if (runtime.startsWith('python')) {
    const python = await findPython(runtime)
    const own = ['-s', join(runtimeDirectory(runtime), 'bootstrap.py')]
    return wrapped(command(python.file, own, { ...env, LAMBDA_FIXTURES_OPT: seen.opt }, bootstrap), fn, places, seen)
  }
  return { file: providedBootstrap(places, seen), args: [], env, telemetry: false }
}

function command(
  interpreter: string,
  own: readonly string[],
  env: Record<string, string>,
  bootstrap?: Bootstrap,
): RuntimeCommand {
  if (bootstrap === undefined) return { file: interpreter, args: own, env, telemetry: true }
  const [file = '', ...args] = bootstrap.command
  const known = file === 'node' || file === 'python'
  return { file: known ? interpreter : file, args, env: { ...env, ...bootstrap.env }, telemetry: true }
}

/**
 * V8 knows nothing of the memory size, and would let garbage grow over it: half of it is for the old generation, as the rest of
 * the process needs some 50 MB.
 */
function nodeFlags(memorySize: number): string[] {
  const old = Math.max(Math.floor(memorySize / 2), memorySize - 160)
  const semi = memorySize < 256 ? 2 : memorySize < 512 ? 4 : 16
  return [`--max-old-space-size=${old}`, `--max-semi-space-size=${semi}`]
}

/** @see contract 6.1 on AWS_LAMBDA_EXEC_WRAPPER */
function wrapped(command: RuntimeCommand, fn: LambdaFunction, places: RuntimePlaces, seen: RuntimePlaces): RuntimeCommand {
  const wrapper = fn.environment.AWS_LAMBDA_EXEC_WRAPPER
  if (wrapper === undefined) return command
  const within = ({ task, opt }: RuntimePlaces): string =>
    wrapper.replace(/^\/opt\//, `${opt}/`).replace(/^\/var\/task\//, `${task}/`)
  if (!isAccessible(within(places), constants.F_OK)) {
    return { ...command, file: '/bin/sh', args: ['-c', 'echo "$0: does not exist"; exit 127', wrapper] }
  }
  return { ...command, file: within(seen), args: [command.file, ...command.args] }
}

/** @see contract 6.2, 2.5 */
function providedBootstrap(places: RuntimePlaces, seen: RuntimePlaces): string {
  const found = (['task', 'opt'] as const).find(place => isAccessible(join(places[place], 'bootstrap'), constants.X_OK))
  if (found !== undefined) {
    const fault = startFault(join(places[found], 'bootstrap'))
    const path = found === 'task' ? '/var/task/bootstrap' : '/opt/bootstrap'
    if (fault !== undefined) throw new EntrypointError('Runtime.InvalidEntrypoint', `fork/exec ${path}: ${fault}`)
    return join(seen[found], 'bootstrap')
  }
  throw new EntrypointError('Runtime.InvalidEntrypoint', "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]")
}

/** Why the kernel would not run it, in the words of AWS's supervisor: Node would hand such a file to a shell. */
function startFault(file: string): string | undefined {
  const start = Buffer.alloc(256)
  const fd = openSync(file, 'r')
  try {
    readSync(fd, start)
  } finally {
    closeSync(fd)
  }
  const interpreter = /^#! *([^\s\0]+)/.exec(start.toString('latin1'))?.[1]
  if (interpreter !== undefined) return isAccessible(interpreter, constants.X_OK) ? undefined : 'no such file or directory'
  return PROGRAMS.includes(start.readUInt32BE()) ? undefined : 'exec format error'
}

/** ELF; Mach-O of 64 bits; Mach-O of several architectures. */
const PROGRAMS: readonly number[] = [0x7f454c46, 0xcffaedfe, 0xcafebabe]

function isAccessible(file: string, mode: number): boolean {
  try {
    accessSync(file, mode)
    return true
  } catch {
    return false
  }
}
