import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import lockfile from 'proper-lockfile'

const run = promisify(execFile)
const bootstrap = fileURLToPath(new URL('./ric/python/bootstrap.py', import.meta.url))

/**
 * AWS's own Python runtime (`awslambdaric` from PyPI) with its native client replaced by a pure one: what our bootstrap is compared with.
 *
 * Installed once a machine into `${XDG_CACHE_HOME:-~/.cache}/lambda-fixtures-test/ric/python-<version>`; takes the handler from `_HANDLER`.
 * Throws what pip printed when it can't be installed.
 *
 * @example
 * const { command, env } = await officialPythonRic('4.2.2')
 * spawn(command[0], command.slice(1), { cwd: taskRoot, env: { ...lambdaEnvironment, ...env } })
 */
export async function officialPythonRic(version: string): Promise<{ command: string[]; env: Record<string, string> }> {
  const [python, folder] = [await pythonExecutable(), await installed(version)]
  return { command: [python, '-s', bootstrap, folder], env: {} }
}

/** Absolute path of the Python tests run on: `python3` of PATH (or LAMBDA_FIXTURES_TEST_PYTHON), past version managers' shims, which cost tens of ms a start. */
export function pythonExecutable(): Promise<string> {
  executable ??= run(process.env.LAMBDA_FIXTURES_TEST_PYTHON ?? 'python3', ['-c', 'import sys; print(sys.executable)']).then(
    ({ stdout }) => stdout.trim(),
  )
  return executable
}
let executable: Promise<string> | undefined

async function installed(version: string): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lambda-fixtures-test', 'ric')
  const folder = join(cache, `python-${version}`)
  if (existsSync(folder)) return folder
  await mkdir(cache, { recursive: true })
  const release = await lockfile.lock(cache, {
    lockfilePath: `${folder}.lock`,
    retries: { retries: 100, minTimeout: 200, maxTimeout: 1000 },
  })
  try {
    if (existsSync(folder)) return folder
    const unfinished = `${folder}.unfinished`
    await rm(unfinished, { recursive: true, force: true })
    const pip = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--target',
      unfinished,
      `awslambdaric==${version}`,
    ]
    await run(await pythonExecutable(), pip)
    await rename(unfinished, folder)
    return folder
  } finally {
    await release()
  }
}
