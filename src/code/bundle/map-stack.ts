import { realpathSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Raw source maps by the name of the file that they describe, relative to the task root. */
export type SourceMaps = Readonly<Record<string, string>>

const parsed = new WeakMap<SourceMaps, Map<string, SourceMap>>()
/** A longer line is not a frame, even if it begins like one. */
const MAX_LENGTH = 4096
const FRAME = /^(\s*at (?:async )?(?:.*? \()?)((?:file:\/\/)?\/?[^()]*?):(\d+):(\d+)(\)?)$/

/**
 * Maps the frames of a Node stack from the bundle to its sources. Other lines, and frames of files without a map, are not changed.
 * @param options.taskRoot where the function saw the bundle: `/var/task` in a container
 * @example
 * mapStack(['at handler (file:///var/task/orders.mjs:12:11)'], bundle.sourceMap, { taskRoot: '/var/task' })
 * // ['at handler (/app/src/orders.ts:9:3)']
 */
export function mapStack(frames: readonly string[], maps: SourceMaps, options: { taskRoot: string }): string[] {
  const roots = rootsOf(options.taskRoot)
  return frames.map(frame => mapFrame(frame, maps, roots))
}

/** Node names modules by their real path, and temporary folders are symlinks on macOS. A container's task root does not exist here. */
function rootsOf(taskRoot: string): string[] {
  try {
    return [taskRoot, realpathSync(taskRoot)]
  } catch {
    return [taskRoot]
  }
}

function mapFrame(frame: string, maps: SourceMaps, roots: readonly string[]): string {
  const [, before, file, line, column, after] = (frame.length <= MAX_LENGTH && FRAME.exec(frame)) || []
  if (file === undefined) return frame
  const name = roots.map(root => fileName(file, root)).find(relative => Object.hasOwn(maps, relative))
  const map = name === undefined ? undefined : mapFor(name, maps)
  const origin = map?.findOrigin(Number(line), Number(column))
  if (!origin || !('fileName' in origin) || !origin.fileName.startsWith('file:')) return frame
  return `${before}${fileURLToPath(origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}${after}`
}

function fileName(file: string, taskRoot: string): string {
  return posix.relative(taskRoot.replaceAll('\\', '/'), decoded(file).replaceAll('\\', '/'))
}

function decoded(file: string): string {
  if (!file.startsWith('file://')) return file
  try {
    return decodeURIComponent(file.slice('file://'.length))
  } catch {
    // A function can write any text into its stack.
    return file
  }
}

function mapFor(name: string, maps: SourceMaps): SourceMap {
  const known = parsed.get(maps) ?? new Map<string, SourceMap>()
  parsed.set(maps, known)
  const map = known.get(name) ?? new SourceMap(JSON.parse(maps[name]!) as SourceMapPayload)
  known.set(name, map)
  return map
}
