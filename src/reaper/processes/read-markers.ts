import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'
import { PS_OPTIONS } from '../../platform/process-identity.ts'
import { findMarker, MARKER_VARIABLE } from './marker.ts'

/** The instance ids in the environments of these processes, by pid. Those of other users can't be read. */
export function readMarkers(pids: Iterable<number>): Map<number, string> {
  return process.platform === 'linux' ? readProcMarkers(pids) : readPsMarkers()
}

// One buffer for all: as strings, the environments of a machine would take most of the watchdog's memory.
const buffer = Buffer.alloc(64 * 1024)
const name = Buffer.from(`${MARKER_VARIABLE}=`)
/** Enough for the variable's value. */
const VALUE_LENGTH = 64

function readProcMarkers(pids: Iterable<number>): Map<number, string> {
  const markers = new Map<number, string>()
  for (const pid of pids) {
    const instanceId = readMarker(pid)
    if (instanceId !== undefined) markers.set(pid, instanceId)
  }
  return markers
}

function readMarker(pid: number): string | undefined {
  let fd: number | undefined
  try {
    fd = openSync(`/proc/${pid}/environ`, 'r')
    for (let length = 0; ; ) {
      const more = readSync(fd, buffer, length, buffer.length - length, null)
      length += more
      const at = buffer.subarray(0, length).indexOf(name)
      const end = at + name.length + VALUE_LENGTH
      if (at >= 0 && (end <= length || more === 0)) return markerAt(at, Math.min(end, length))
      if (more === 0) return undefined
      if (length < buffer.length) continue
      // The buffer is full. Its end is kept for a variable that continues in the next read.
      const kept = at > 0 ? length - at + 1 : name.length + VALUE_LENGTH
      buffer.copyWithin(0, length - kept, length)
      length = kept
    }
  } catch {
    return undefined
  } finally {
    if (fd !== undefined) closeSync(fd)
  }
}

function markerAt(at: number, end: number): string | undefined {
  return findMarker(buffer.toString('latin1', Math.max(0, at - 1), end))
}

function readPsMarkers(): Map<number, string> {
  const markers = new Map<number, string>()
  for (const line of execFileSync('ps', ['-axEww', '-o', 'pid=,command='], PS_OPTIONS).split('\n')) {
    const instanceId = findMarker(line)
    if (instanceId !== undefined) markers.set(Number.parseInt(line, 10), instanceId)
  }
  return markers
}
