import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EntrypointError, START_ERRORS } from '../../emulator/environment/entrypoint-error.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import { packageRoot } from '../../platform/package-root.ts'
import { packagedProgram } from '../../platform/packaged-program.ts'
import { beginningOf, isExecutable } from './program-file.ts'
import { findPython } from './python.ts'

/** How a runtime is started. */
export interface RuntimeCommand {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The runtime writes its logs to AWS's telemetry descriptor. */
  readonly telemetry: boolean
  /** The runtime inherits its connection to the Runtime API as a descriptor. */
  readonly channel?: boolean
}

/** What runs instead of this library's own bootstrap, such as AWS's runtime interface client. */
export interface Bootstrap {
  /** Program and arguments. The program `node` or `python` stands for the interpreter that would be used otherwise. */
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** The folders of code and layers, as paths of this machine or as the function sees them. */
export interface CodeFolders {
  readonly task: string
  readonly opt: string
}

/** The folder that plays the role of `/var/runtime`. */
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

export interface RuntimeSetup {
  readonly env: Readonly<Record<string, string>>
  /** The folders on this machine. */
  readonly folders: CodeFolders
  /** The same folders, as the function sees them. */
  readonly seen: CodeFolders
  readonly bootstrap?: Bootstrap | undefined
}

/** How to start a function's runtime. @throws EntrypointError, RuntimeError `UNSUPPORTED_RUNTIME` */
export async function runtimeCommand(fn: LambdaFunction, setup: RuntimeSetup): Promise<RuntimeCommand> {
  const { env, seen, bootstrap } = setup
  const runtime = fn.runtime ?? ''
  if (runtime.startsWith('nodejs')) {
    const own = [...nodeFlags(fn.memorySize), nodeBootstrap()]
    const channel = bootstrap === undefined
    return wrapped({ ...command(process.execPath, own, env, bootstrap), channel }, fn, setup)
  }
  if (runtime.startsWith('python')) {
    const python = await findPython(runtime)
    const own = ['-s', join(runtimeDirectory(runtime), 'bootstrap.py')]
    return wrapped(command(python.file, own, { ...env, LAMBDA_FIXTURES_OPT: seen.opt }, bootstrap), fn, setup)
  }
  return { file: providedBootstrap(setup), args: [], env, telemetry: false }
}

function command(
  interpreter: string,
  own: readonly string[],
  env: RuntimeSetup['env'],
  bootstrap: Bootstrap | undefined,
): RuntimeCommand {
  if (bootstrap === undefined) return { file: interpreter, args: own, env, telemetry: true }
  const [file = '', ...args] = bootstrap.command
  const known = file === 'node' || file === 'python'
  return { file: known ? interpreter : file, args, env: { ...env, ...bootstrap.env }, telemetry: true }
}

/** V8 does not know the memory size and would let garbage exceed it. Besides the old generation, the process needs some 50 MB. */
function nodeFlags(memorySize: number): string[] {
  const old = Math.max(Math.floor(memorySize / 2), memorySize - 160)
  const semi = memorySize < 256 ? 2 : memorySize < 512 ? 4 : 16
  return [`--max-old-space-size=${old}`, `--max-semi-space-size=${semi}`]
}

/** @see contract 6.1 on AWS_LAMBDA_EXEC_WRAPPER */
function wrapped(command: RuntimeCommand, fn: LambdaFunction, { folders, seen }: RuntimeSetup): RuntimeCommand {
  const wrapper = fn.environment.AWS_LAMBDA_EXEC_WRAPPER
  if (wrapper === undefined) return command
  const within = ({ task, opt }: CodeFolders): string =>
    wrapper.replace(/^\/opt\//, `${opt}/`).replace(/^\/var\/task\//, `${task}/`)
  if (!existsSync(within(folders))) {
    return { ...command, file: '/bin/sh', args: ['-c', 'echo "$0: does not exist"; exit 127', wrapper] }
  }
  return { ...command, file: within(seen), args: [command.file, ...command.args] }
}

/** @see contract 6.2, 2.5 */
function providedBootstrap({ folders, seen }: RuntimeSetup): string {
  const found = (['task', 'opt'] as const).find(name => isExecutable(join(folders[name], 'bootstrap')))
  if (found !== undefined) {
    const fault = startFault(join(folders[found], 'bootstrap'))
    const path = found === 'task' ? '/var/task/bootstrap' : '/opt/bootstrap'
    if (fault !== undefined) throw new EntrypointError('Runtime.InvalidEntrypoint', `fork/exec ${path}: ${fault}`)
    return join(seen[found], 'bootstrap')
  }
  throw new EntrypointError('Runtime.InvalidEntrypoint', "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]")
}

/** Why the kernel can't run this file, in the words of AWS. Node itself would start a shell for it. */
function startFault(file: string): string | undefined {
  const start = beginningOf(file)
  const interpreter = /^#! *([^\s\0]+)/.exec(start.toString('latin1'))?.[1]
  if (interpreter !== undefined) return isExecutable(interpreter) ? undefined : START_ERRORS.ENOENT
  return PROGRAMS.includes(start.readUInt32BE()) ? undefined : START_ERRORS.ENOEXEC
}

/** How programs begin: ELF; Mach-O, 64 bits; Mach-O, several architectures. */
const PROGRAMS: readonly number[] = [0x7f454c46, 0xcffaedfe, 0xcafebabe]
