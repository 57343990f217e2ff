import { closeSync, openSync, readFileSync, readSync } from 'node:fs'

const PAGE = 4096
const text = Buffer.allocUnsafe(4096)

/** Reads the memory of a process and its children from /proc; knows nothing on machines without one. */
export class MemoryMeter {
  readonly #children: number | undefined
  readonly #status: number | undefined
  readonly #statm: number | undefined
  readonly #stat: number | undefined
  #hasChildren = false
  /** What was last read of the process itself, and how many page faults it had had by then. */
  #own: { readonly peak: number | undefined; readonly faults: string | undefined } | undefined

  constructor(pid: number) {
    this.#stat = open(`/proc/${pid}/stat`)
    this.#children = open(`/proc/${pid}/task/${pid}/children`)
    this.#status = open(`/proc/${pid}/status`)
    this.#statm = open(`/proc/${pid}/statm`)
  }

  /**
   * The peak of the resident memory in bytes, children's added, and who the children are.
   * @param faults what the process itself has told of its page faults, as {@link faultsOf} gives them
   */
  peak(faults?: string): { readonly bytes: number; readonly descendants: readonly number[] } | undefined {
    // A fork is followed by page faults, so who had none since is as alone as it was.
    const isSame = faults !== undefined && faults === this.#own?.faults && !this.#hasChildren
    const own = this.#ownPeak(faults)
    if (own === undefined) return undefined
    const pids = isSame ? [] : this.descendants()
    return { bytes: pids.reduce((sum, pid) => sum + (peakOf(readProc(`/proc/${pid}/status`)) ?? 0), own), descendants: pids }
  }

  descendants(): readonly number[] {
    const pids = descendants(read(this.#children))
    this.#hasChildren = pids.length > 0
    return pids
  }

  /** Resident memory in bytes now, children's added. */
  current(): number | undefined {
    const own = residentOf(read(this.#statm))
    if (own === undefined) return undefined
    return this.descendants().reduce((sum, pid) => sum + (residentOf(readProc(`/proc/${pid}/statm`)) ?? 0), own)
  }

  /** `status` takes the kernel several times as long as `stat`; and only by page faults does a process get more memory. */
  #ownPeak(faults = faultsOf(read(this.#stat))): number | undefined {
    if (this.#own === undefined || faults !== this.#own.faults) this.#own = { peak: peakOf(read(this.#status)), faults }
    return this.#own.peak
  }

  close(): void {
    for (const fd of [this.#stat, this.#status, this.#statm, this.#children]) if (fd !== undefined) closeSync(fd)
  }
}

function open(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch {
    return undefined
  }
}

function read(fd: number | undefined): string | undefined {
  if (fd === undefined) return undefined
  try {
    return text.toString('latin1', 0, readSync(fd, text, 0, text.length, 0))
  } catch {
    return undefined
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

/** Of what a `children` file of /proc says: these, and theirs. */
function descendants(list: string | undefined): number[] {
  const own = list?.split(' ').filter(Boolean).map(Number) ?? []
  return own.flatMap(pid => [pid, ...descendants(readProc(`/proc/${pid}/task/${pid}/children`))])
}

function peakOf(status: string | undefined): number | undefined {
  const kib = /^VmHWM:\s+(\d+) kB/m.exec(status ?? '')?.[1]
  return kib === undefined ? undefined : Number(kib) * 1024
}

/** Minor and major ones. @see proc_pid_stat(5) */
function faultsOf(stat: string | undefined): string | undefined {
  const counts = /\) \S (?:\S+ ){6}(\d+) \d+ (\d+) /.exec(stat ?? '')
  return counts === null ? undefined : `${counts[1]} ${counts[2]}`
}

function residentOf(statm: string | undefined): number | undefined {
  const pages = statm?.split(' ')[1]
  return pages === undefined ? undefined : Number(pages) * PAGE
}
