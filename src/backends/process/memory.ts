import { closeSync } from 'node:fs'
import { openProc, readProc, readProcAgain } from '../../platform/read-proc.ts'

const PAGE = 4096

/** Measures the memory of a process and its descendants from /proc. Without /proc, it measures nothing. */
export class MemoryMeter {
  readonly #children: number | undefined
  readonly #status: number | undefined
  readonly #statm: number | undefined
  readonly #stat: number | undefined
  #hasChildren = false
  /** The process's own peak at the last look, and its page faults until then. */
  #own: { readonly peak: number | undefined; readonly faults: string | undefined } | undefined

  constructor(pid: number) {
    this.#stat = openProc(`/proc/${pid}/stat`)
    this.#children = openProc(`/proc/${pid}/task/${pid}/children`)
    this.#status = openProc(`/proc/${pid}/status`)
    this.#statm = openProc(`/proc/${pid}/statm`)
  }

  /**
   * The peak of the resident memory in bytes, with that of all descendants, and their pids.
   * @param faults the page faults that the process itself has reported, in the form of {@link faultsOf}
   */
  peak(faults?: string): { readonly bytes: number; readonly descendants: readonly number[] } | undefined {
    // A fork causes page faults, so without new ones a process that was alone is still alone.
    const isAlone = faults !== undefined && faults === this.#own?.faults && !this.#hasChildren
    const own = this.#ownPeak(faults)
    if (own === undefined) return undefined
    const pids = isAlone ? [] : this.descendants()
    return { bytes: pids.reduce((sum, pid) => sum + (peakOf(readProc(`/proc/${pid}/status`)) ?? 0), own), descendants: pids }
  }

  descendants(): readonly number[] {
    const pids = withDescendants(readProcAgain(this.#children))
    this.#hasChildren = pids.length > 0
    return pids
  }

  /** The resident memory in bytes now, with that of all descendants. */
  current(): number | undefined {
    const own = residentOf(readProcAgain(this.#statm))
    if (own === undefined) return undefined
    return this.descendants().reduce((sum, pid) => sum + (residentOf(readProc(`/proc/${pid}/statm`)) ?? 0), own)
  }

  /** Memory only grows by page faults, and the kernel takes several times as long to write `status` as `stat`. */
  #ownPeak(faults = faultsOf(readProcAgain(this.#stat))): number | undefined {
    if (this.#own === undefined || faults !== this.#own.faults) this.#own = { peak: peakOf(readProcAgain(this.#status)), faults }
    return this.#own.peak
  }

  close(): void {
    for (const fd of [this.#stat, this.#status, this.#statm, this.#children]) if (fd !== undefined) closeSync(fd)
  }
}

/** The pids in a `children` file of /proc, and those of their descendants. */
function withDescendants(children: string | undefined): number[] {
  const pids = children?.split(' ').filter(Boolean).map(Number) ?? []
  return pids.flatMap(pid => [pid, ...withDescendants(readProc(`/proc/${pid}/task/${pid}/children`))])
}

function peakOf(status: string | undefined): number | undefined {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(status ?? '')?.[1]
  return kib === undefined ? undefined : Number(kib) * 1024
}

/** `minor major` page faults. @see proc_pid_stat(5) */
function faultsOf(stat: string | undefined): string | undefined {
  const counts = /\) \S (?:\S+ ){6}(\d+) \d+ (\d+) /.exec(stat ?? '')
  return counts === null ? undefined : `${counts[1]} ${counts[2]}`
}

function residentOf(statm: string | undefined): number | undefined {
  const pages = statm?.split(' ')[1]
  return pages === undefined ? undefined : Number(pages) * PAGE
}
