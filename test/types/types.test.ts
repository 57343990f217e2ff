import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const require = createRequire(import.meta.url)

/** What the compiler says of the files beside this one. */
function compile(typescript: string): Promise<string> {
  const tsc = join(dirname(require.resolve(`${typescript}/package.json`)), 'bin', 'tsc')
  const config = join(import.meta.dirname, 'tsconfig.json')
  return new Promise(resolve => {
    execFile(process.execPath, [tsc, '-p', config, '--pretty', 'false'], (error, stdout, stderr) => {
      resolve(stdout + stderr || (error?.message ?? ''))
    })
  })
}

test.for(['typescript', 'typescript-5.9'])(
  'handlers, options and snippets compile with %s',
  { timeout: 120_000 },
  async typescript => {
    expect(await compile(typescript)).toBe('')
  },
)
