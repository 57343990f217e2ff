import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { backoff, retry } from '../../src/platform/clock.ts'

/** A memory cgroup for a test. */
export interface TestCgroup {
  /** A command that starts the command after it in the cgroup. */
  readonly wrapper: readonly string[]
  remove(): Promise<void>
}

/** Makes a cgroup with this limit, or returns `undefined` if this machine does not allow it. */
export function makeCgroup(bytes: number): TestCgroup | undefined {
  const version1 = existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes')
  const path = join(version1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup', `lambda-fixtures-test-${process.pid}`)
  try {
    mkdirSync(path)
    writeFileSync(join(path, version1 ? 'memory.limit_in_bytes' : 'memory.max'), String(bytes))
    const swap = join(path, version1 ? 'memory.memsw.limit_in_bytes' : 'memory.swap.max')
    if (existsSync(swap)) writeFileSync(swap, version1 ? String(bytes) : '0')
  } catch {
    if (existsSync(path)) rmdirSync(path)
    return undefined
  }
  return {
    wrapper: ['sh', '-c', `echo $$ > ${path}/cgroup.procs && exec "$0" "$@"`],
    // Killed processes leave a cgroup a moment later, and version 1 has no event for that.
    remove: () => retry(async () => rmdirSync(path), { pauses: backoff({ first: 1, longest: 50, patience: 5_000 }) }),
  }
}
