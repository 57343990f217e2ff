import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

/** A part of the cluster that neither answers nor works, and goes on as if nothing had been. */
export interface Stopped extends AsyncDisposable {
  go(): void
}

/** Stops a process of the tests' own cluster, until it is told to go or this is disposed. @throws Error if there is none */
export function stopComponent(name: 'kube-apiserver' | 'kubelet'): Stopped {
  const pid = findComponent(name)
  const go = (): void => void process.kill(pid, 'SIGCONT')
  process.kill(pid, 'SIGSTOP')
  return { go, [Symbol.asyncDispose]: async () => go() }
}

/** All components are one binary that is told its part by its name. @see test/cluster/README.md */
function findComponent(name: string): number {
  for (const pid of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    try {
      const [program = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      if (basename(program) === name && basename(readlinkSync(`/proc/${pid}/exe`)) === 'hyperkube') return Number(pid)
    } catch {
      // It has ended meanwhile.
    }
  }
  throw new Error(`The cluster has no ${name} on this machine: eval "$(.ci/engines/kubernetes.sh up)"`)
}
