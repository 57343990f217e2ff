import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A memory cgroup of our own, if this machine lets us make one. */
export interface TestCgroup {
  /** A wrapper that starts a command inside it. */
  readonly wrapper: readonly string[]
  remove(): void
}

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
    remove: () => rmdirSync(path),
  }
}
