import { SourceMap, type SourceMapPayload } from 'node:module'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Raw source maps by the name of the file they are for, relative to the task root. */
export type SourceMaps = Readonly<Record<string, string>>

const parsed = new WeakMap<SourceMaps, Map<string, SourceMap>>()
const FRAME = /^(\s*at (?:.*? \()?)((?:file:\/\/)?\/?[^()]*?):(\d+):(\d+)(\)?)$/

/**
 * Frames of a Node stack with the places in the sources instead of those in the bundle. Lines that aren't frames, and frames
 * of files without a map, stay as they are.
 * @param options.taskRoot where the bundle was unpacked, as the function saw it: `/var/task` in a container.
 * @example
 * mapStack(['at handler (file:///var/task/orders.mjs:12:11)'], bundle.sourceMap, { taskRoot: '/var/task' })
 * // ['at handler (/app/src/orders.ts:9:3)']
 */
export function mapStack(frames: readonly string[], maps: SourceMaps, options: { taskRoot: string }): string[] {
  return frames.map(frame => mapFrame(frame, maps, options.taskRoot))
}

function mapFrame(frame: string, maps: SourceMaps, taskRoot: string): string {
  const [, before, file, line, column, after] = FRAME.exec(frame) ?? []
  if (file === undefined) return frame
  const map = mapFor(fileName(file, taskRoot), maps)
  const origin = map?.findOrigin(Number(line), Number(column))
  if (!origin || !('fileName' in origin) || !origin.fileName.startsWith('file:')) return frame
  return `${before}${fileURLToPath(origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}${after}`
}

function fileName(file: string, taskRoot: string): string {
  const path = file.startsWith('file://') ? decodeURI(file.slice('file://'.length)) : file
  return posix.relative(taskRoot.replaceAll('\\', '/'), path.replaceAll('\\', '/'))
}

function mapFor(name: string, maps: SourceMaps): SourceMap | undefined {
  const raw = Object.hasOwn(maps, name) ? maps[name] : undefined
  if (raw === undefined) return undefined
  const known = parsed.get(maps) ?? new Map<string, SourceMap>()
  parsed.set(maps, known)
  const map = known.get(name) ?? new SourceMap(JSON.parse(raw) as SourceMapPayload)
  known.set(name, map)
  return map
}
