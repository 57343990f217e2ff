import { execFile } from 'node:child_process'
import { cp, writeFile } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

const fixtures = join(import.meta.dirname, 'fixtures')

/** A project in an empty folder, with these packages installed and a copy of `fixtures/` in it. */
export async function createConsumer(folder: string, devDependencies: Record<string, string>): Promise<string> {
  await cp(fixtures, folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, devDependencies }))
  const { status, output } = await run(folder, 'npm', 'install', '--no-audit', '--no-fund', '--loglevel=error')
  if (status !== 0) throw new Error(`npm install in ${folder} ended with ${status}:\n${output}`)
  return folder
}

export interface Run {
  readonly status: number
  /** stdout and stderr, without colours. */
  readonly output: string
}

/** Runs a command in a folder as a user's shell would: nothing of this test run is in its environment. */
export function run(cwd: string, file: string, ...args: string[]): Promise<Run> {
  const foreign = /^(VITEST|TEST$|NODE_(OPTIONS|ENV|V8_COVERAGE|TEST)|LAMBDA_FIXTURES_|FORCE_COLOR$|JEST_)/
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
  const path = [join(cwd, 'node_modules', '.bin'), dirname(process.execPath), env.PATH].join(delimiter)
  return new Promise(resolve => {
    execFile(
      file,
      args,
      { cwd, env: { ...env, PATH: path, NO_COLOR: '1' }, maxBuffer: 2 ** 26, timeout: 300_000 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
        resolve({ status, output: stdout + stderr })
      },
    )
  })
}

/** As {@link run}, for what must succeed. */
export async function runOk(cwd: string, file: string, ...args: string[]): Promise<string> {
  const { status, output } = await run(cwd, file, ...args)
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}:\n${output}`)
  return output
}
