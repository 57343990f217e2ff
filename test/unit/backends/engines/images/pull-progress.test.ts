import { expect, test } from 'vitest'
import { type PullMessage, PullProgress } from '../../../../../src/backends/engines/images/pull-progress.ts'

const MB = 1_000_000
const downloading = (id: string, current: number, total: number): PullMessage => ({
  id,
  status: 'Downloading',
  progressDetail: { current: current * MB, total: total * MB },
})

test('adds up the layers that are downloaded', () => {
  const progress = new PullProgress()
  progress.add({ status: 'Pulling from library/node' })
  progress.add({ id: 'a', status: 'Pulling fs layer' })
  expect(progress.text).toBeUndefined()
  progress.add(downloading('a', 1, 10))
  progress.add(downloading('b', 5, 70))
  progress.add(downloading('a', 3, 10))
  expect(progress.text).toBe('8 of 80 MB')
})

test('a layer is complete when the engine says so, and what is extracted does not count again', () => {
  const progress = new PullProgress()
  progress.add(downloading('a', 3, 10))
  progress.add({ id: 'a', status: 'Download complete' })
  progress.add({ id: 'a', status: 'Extracting', progressDetail: { current: 1, total: 10 * MB } })
  progress.add({ id: 'b', status: 'Already exists' })
  expect(progress.text).toBe('10 of 10 MB')
})
