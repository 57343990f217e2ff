import { execFile } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { noticeOnce } from '../notice.ts'
import { beginningOf, isExecutable } from './program-file.ts'

const run = promisify(execFile)

export interface Python {
  readonly file: string
  /** Such as `3.13`. */
  readonly version: string
}

const found = new Map<string, Promise<Python>>()

/**
 * The interpreter for a runtime such as `python3.13`: of that version or, with a notice, of another one.
 * @throws RuntimeError `UNSUPPORTED_RUNTIME`
 */
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
  const other = (await identify('python3')) ?? (await identify('python'))
  if (other === undefined) {
    throw new RuntimeError(
      'UNSUPPORTED_RUNTIME',
      `The process backend needs a Python interpreter for ${runtime}, but neither python${wanted} nor python3 is on the PATH. Install one, or use the docker backend.`,
      { data: { runtime, path: process.env.PATH } },
    )
  }
  if (other.version !== wanted) {
    const notice = `${runtime} runs on Python ${other.version} (${other.file}), because python${wanted} is not on the PATH.`
    noticeOnce(`other-python-${runtime}`, notice)
  }
  return other
}

async function identify(name: string): Promise<Python | undefined> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, name)
    if (!folder || !isExecutable(file)) continue
    const version = /python(3\.\d+)$/.exec(realpathSync(file))?.[1]
    if (version !== undefined && beginningOf(file).toString('latin1', 0, 2) !== '#!') return { file, version }
    // A launcher such as pyenv's is a script that chooses an interpreter at each start, so it is asked once for its choice.
    try {
      const { stdout } = await run(file, ['-c', 'import sys; print(sys.executable); print("%d.%d" % sys.version_info[:2])'])
      const [executable = file, asked = ''] = stdout.trim().split('\n')
      return { file: executable, version: asked }
    } catch {
      // A launcher without an interpreter; the next folder may have one.
    }
  }
  return undefined
}
