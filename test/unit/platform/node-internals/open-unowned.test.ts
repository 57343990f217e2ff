import { closeSync, constants, fstatSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { openUnowned } from '../../../../src/platform/node-internals/open-unowned.ts'

const worker = new URL('fixtures/open-unowned-worker.ts', import.meta.url)

test('in a worker thread, the descriptor stays open when the thread ends (seen on Node 22.12, 24.21 and 26.12)', async () => {
  const thread = new Worker(worker)
  const opened = Promise.withResolvers<number>()
  thread.on('message', opened.resolve).on('error', opened.reject)
  const ended = new Promise(resolve => thread.on('exit', resolve))
  const fd = await opened.promise
  await ended
  expect(fstatSync(fd).isCharacterDevice()).toBe(true)
  closeSync(fd)
})

test('in the main thread, it is an ordinary descriptor', async () => {
  closeSync(await openUnowned('/dev/null', constants.O_RDONLY))
})
