import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** A stopped component of the cluster. */
export interface Stopped extends AsyncDisposable {
  go(): void
}

/** Stops a component of the tests' own cluster until `go` is called or it is disposed. @throws Error if it does not run */
export function stopComponent(name: 'kube-apiserver' | 'kubelet'): Stopped {
  const pid = findComponent(name)
  const go = (): void => void process.kill(pid, 'SIGCONT')
  process.kill(pid, 'SIGSTOP')
  return { go, [Symbol.asyncDispose]: async () => go() }
}

/** All components are one binary, which runs the component that its name says. @see test/cluster/README.md */
function findComponent(name: string): number {
  for (const pid of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    try {
      const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      if (basename(program) === name && basename(readlinkSync(`/proc/${pid}/exe`)) === 'hyperkube') return Number(pid)
    } catch {
      // The process has ended meanwhile.
    }
  }
  throw new Error(`The cluster has no ${name} on this machine. Start one: eval "$(.ci/engines/kubernetes.sh up)"`)
}
