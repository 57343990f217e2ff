import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

test.each(['typescript', 'typescript-5.9'])("the runners' types compile with %s", async compiler => {
  const args = [`${root}node_modules/${compiler}/bin/tsc`, '-p', `${root}test/types/matchers/fixtures`]
  const output = await new Promise<string>(resolve => {
    execFile(process.execPath, args, (_, stdout, stderr) => resolve(stdout + stderr))
  })
  expect(output).toBe('')
})
