import { expect, test } from 'vitest'
import { launch } from '../../../../src/index.ts'

const code = `
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const program = \`
  const held = []
  const hold = () => process.stdout.write(String(held.push(Buffer.alloc(16 << 20, 1))))
  process.on('SIGUSR2', hold)
  setInterval(hold, 2 ** 30)
  hold()\`
let child
exports.handler = async op => {
  if (op === 'start') child = spawn(process.execPath, ['-e', program])
  if (op === 'grow') child.kill('SIGUSR2')
  if (op !== 'nothing') await once(child.stdout, 'data')
}`

test('the memory of a process that a function starts counts, even when only that process grows', async () => {
  await using fn = await launch({ runtime: 'nodejs24.x', handler: 'index.handler', code: { 'index.js': code }, memorySize: 1024 })
  const used = async (op: string): Promise<number> => (await fn.invoke(op)).report.maxMemoryUsedMb ?? 0
  for (let warm = 0; warm < 50; warm++) await fn.invoke('nothing')
  let before = await used('nothing')
  for (const op of ['start', ...Array.from({ length: 20 }, () => 'grow')]) {
    const after = await used(op)
    expect(after, op).toBeGreaterThan(before + 14)
    before = after
  }
  expect(await used('nothing')).toBe(before)
})
