import { execFile } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { promisify } from 'node:util'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { packageRoot } from '../../platform/package-root.ts'
import type { InstanceFolders } from './instance-folders.ts'
import type { RuntimeCommand, RuntimePlaces } from './runtime-command.ts'

const run = promisify(execFile)

/** Where a function that has `/tmp` to itself finds its other folders: a place every Linux has, and nobody else uses in there. */
const MOUNT = '/mnt'

/** True where `LAMBDA_FIXTURES_PRIVATE_TMP=1` asks that each environment has a `/tmp` of its own, by a mount namespace. */
export function wantsPrivateTmp(): boolean {
  return process.env.LAMBDA_FIXTURES_PRIVATE_TMP === '1'
}

/** The paths a function with a private `/tmp` sees. */
export const PRIVATE_PLACES: RuntimePlaces = { task: `${MOUNT}/task`, opt: `${MOUNT}/opt` }

/** Starts `command` in a mount namespace of its own, where `/tmp` is the environment's. Costs about 3 ms. */
export function withPrivateTmp(command: RuntimeCommand, { root }: Pick<InstanceFolders, 'root'>): RuntimeCommand {
  const script = `mount --bind "$1" ${MOUNT} && mount --bind ${MOUNT}/tmp /tmp && cd ${MOUNT}/task && shift && exec "$@"`
  return { ...command, file: 'unshare', args: [...namespaces(), 'sh', '-c', script, 'sh', root, command.file, ...command.args] }
}

/** @throws RuntimeError `PRIVATE_TMP_UNAVAILABLE` with the machine's reason */
export function ensurePrivateTmp(): Promise<void> {
  probed ??= probe()
  return probed
}
let probed: Promise<void> | undefined

async function probe(): Promise<void> {
  const hidden = [packageRoot(), process.execPath].find(path => realpathSync(path).startsWith('/tmp/'))
  if (hidden !== undefined) throw unavailable(`${hidden} lies in /tmp, and the function could not see it`)
  if (process.platform !== 'linux') throw unavailable(`${process.platform} has no mount namespaces`)
  try {
    await run('unshare', [...namespaces(), 'sh', '-c', `mount --bind ${MOUNT} /tmp`])
  } catch (cause) {
    throw unavailable(((cause as { stderr?: string }).stderr || (cause as Error).message).trim(), cause)
  }
}

/** Root needs no user namespace, and without one the function's uid stays what it is. */
function namespaces(): string[] {
  return process.getuid?.() === 0 ? ['--mount'] : ['--user', '--map-root-user', '--mount']
}

function unavailable(reason: string, cause?: unknown): RuntimeError {
  return new RuntimeError(
    'PRIVATE_TMP_UNAVAILABLE',
    `process can't give functions a private /tmp here: ${reason}. Unset LAMBDA_FIXTURES_PRIVATE_TMP, or run these tests on the docker backend.`,
    { data: { reason }, cause },
  )
}
