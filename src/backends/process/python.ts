import { execFile } from 'node:child_process'
import { accessSync, closeSync, constants, openSync, readSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { noticeOnce } from '../notice.ts'

const run = promisify(execFile)

export interface Python {
  readonly file: string
  /** Such as `3.13`. */
  readonly version: string
}

const found = new Map<string, Promise<Python>>()

/** The interpreter of that version, else the nearest there is, said once. @throws RuntimeError `UNSUPPORTED_RUNTIME` */
export function findPython(runtime: string): Promise<Python> {
  let python = found.get(runtime)
  if (python === undefined) {
    python = search(runtime)
    found.set(runtime, python)
    python.catch(() => found.delete(runtime))
  }
  return python
}

async function search(runtime: string): Promise<Python> {
  const wanted = runtime.replace('python', '')
  const exact = await identify(`python${wanted}`)
  if (exact?.version === wanted) return exact
  const nearest = (await identify('python3')) ?? (await identify('python'))
  if (nearest === undefined) {
    throw new RuntimeError(
      'UNSUPPORTED_RUNTIME',
      `process: ${runtime} needs a Python interpreter, and neither python${wanted} nor python3 is on the PATH. Install one, or run this function on the docker backend.`,
      { data: { runtime, path: process.env.PATH } },
    )
  }
  if (nearest.version !== wanted) {
    const notice = `${runtime} runs on Python ${nearest.version} (${nearest.file}), the nearest on this machine.`
    noticeOnce(`nearest-python-${runtime}`, notice)
  }
  return nearest
}

async function identify(name: string): Promise<Python | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name)
    if (!folder || !isExecutable(file)) continue
    const version = /python(3\.\d+)$/.exec(realpathSync(file))?.[1]
    if (version !== undefined && !isScript(file)) return { file, version }
    // A launcher such as pyenv's is a script that chooses at each start: ask once where it leads.
    try {
      const { stdout } = await run(file, ['-c', 'import sys; print(sys.executable); print("%d.%d" % sys.version_info[:2])'])
      const [executable = file, asked = ''] = stdout.trim().split('\n')
      return { file: executable, version: asked }
    } catch {
      // A launcher without an interpreter behind it: look on.
    }
  }
  return undefined
}

function isScript(file: string): boolean {
  const fd = openSync(file, 'r')
  try {
    const start = Buffer.alloc(2)
    readSync(fd, start)
    return start.toString() === '#!'
  } finally {
    closeSync(fd)
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
