import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, readFileSync } from 'node:fs'
import { expect, onTestFinished } from 'vitest'
import { openProc, readProc, readProcAgain } from '../../../src/platform/read-proc.ts'
import { onLinux } from '../../support/on-linux.ts'

onLinux('reads a file that is longer than its buffer', async () => {
  const whole = readFileSync('/proc/self/maps', 'latin1')
  expect(whole.length).toBeGreaterThan(8192)
  // Addresses may have been added since.
  expect(readProc('/proc/self/maps')!.slice(0, 8192)).toBe(whole.slice(0, 8192))
})

onLinux('an open file gives its present text, and nothing after its process has ended', async () => {
  const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  const file = openProc(`/proc/${child.pid}/stat`)
  expect(readProcAgain(file)).toContain(`${child.pid} (`)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(readProcAgain(file)).toBeUndefined()
  closeSync(file!)
  expect(openProc(`/proc/${child.pid}/stat`)).toBeUndefined()
  expect(readProc(`/proc/${child.pid}/stat`)).toBeUndefined()
})
