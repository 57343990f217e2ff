import { execFile } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { promisify } from 'node:util'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { packageRoot } from '../../platform/package-root.ts'
import type { InstanceFolders } from './instance-folders.ts'
import type { CodeFolders, RuntimeCommand } from './runtime-command.ts'

const run = promisify(execFile)

/** A function with a private `/tmp` finds its other folders here. Every Linux has this folder, and nothing else uses it in the namespace. */
const MOUNT = '/mnt'

/** Whether `LAMBDA_FIXTURES_PRIVATE_TMP=1` asks for a `/tmp` of each instance's own, by a mount namespace. */
export function wantsPrivateTmp(): boolean {
  return process.env.LAMBDA_FIXTURES_PRIVATE_TMP === '1'
}

/** The folders of a function with a private `/tmp`, as it sees them. */
export const PRIVATE_FOLDERS: CodeFolders = { task: `${MOUNT}/task`, opt: `${MOUNT}/opt` }

/** Wraps `command` so that it runs in its own mount namespace, where `/tmp` is the instance's. Takes about 3 ms. */
export function withPrivateTmp(command: RuntimeCommand, { root }: Pick<InstanceFolders, 'root'>): RuntimeCommand {
  const script = `mount --bind "$1" ${MOUNT} && mount --bind ${MOUNT}/tmp /tmp && cd ${MOUNT}/task && shift && exec "$@"`
  return { ...command, file: 'unshare', args: [...namespaces(), 'sh', '-c', script, 'sh', root, command.file, ...command.args] }
}

/** Tries once whether this machine allows it. @throws RuntimeError `PRIVATE_TMP_UNAVAILABLE` with the reason */
export function ensurePrivateTmp(): Promise<void> {
  probed ??= probe()
  return probed
}
let probed: Promise<void> | undefined

async function probe(): Promise<void> {
  const hidden = [packageRoot(), process.execPath].find(path => realpathSync(path).startsWith('/tmp/'))
  if (hidden !== undefined) throw unavailable(`${hidden} lies in /tmp, where the function could not see it`)
  if (process.platform !== 'linux') throw unavailable(`${process.platform} has no mount namespaces`)
  try {
    await run('unshare', [...namespaces(), 'sh', '-c', `mount --bind ${MOUNT} /tmp`])
  } catch (cause) {
    throw unavailable(((cause as { stderr?: string }).stderr || (cause as Error).message).trim(), cause)
  }
}

/** Root needs no user namespace, and without one the function's uid does not change. */
function namespaces(): string[] {
  return process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount']
}

function unavailable(reason: string, cause?: unknown): RuntimeError {
  return new RuntimeError(
    'PRIVATE_TMP_UNAVAILABLE',
    `The process backend can't give functions a private /tmp on this machine: ${reason}. Unset LAMBDA_FIXTURES_PRIVATE_TMP, or use the docker backend.`,
    { data: { reason }, cause },
  )
}
