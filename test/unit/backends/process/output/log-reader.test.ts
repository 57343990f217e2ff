import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { LogReader } from '../../../../../src/backends/process/output/log-reader.ts'
import { onLinux } from '../../../../support/on-linux.ts'

/** This process's children that read pipes. */
const readers = (): number[] =>
  readdirSync('/proc/self/task')
    .flatMap(thread => readFileSync(`/proc/self/task/${thread}/children`, 'latin1').split(' '))
    .filter(pid => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('log-reader'))
    .map(Number)

onLinux('a killed reader is replaced, and nothing that is written later is lost', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-reader-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  execFileSync('mkfifo', [join(folder, 'pipe')])
  const pipe = openSync(join(folder, 'pipe'), constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(join(folder, 'pipe'), constants.O_WRONLY)
  onTestFinished(() => [pipe, writer].forEach(closeSync))
  let came = ''
  const reader = new LogReader(pipe, chunk => {
    came += String(chunk)
  })
  onTestFinished(() => reader.close())
  writeSync(writer, 'one ')
  await reader.drain()
  expect(came).toBe('one ')
  for (const word of ['two ', 'three ']) {
    const before = came
    for (const pid of readers()) process.kill(pid, 'SIGKILL')
    writeSync(writer, word)
    await reader.drain()
    expect(came).toBe(before + word)
  }
  reader.close()
  await reader.settle()
})
