import { expect, inject, test } from 'vitest'
import { runOk } from './consumer.ts'

const consumer = inject('fullConsumer')

test('vitest', async () => {
  const output = await runOk(consumer, 'vitest', 'run', '--root', 'vitest')
  expect(output).toMatch(/Tests +9 passed/)
})

test('jest, as it comes: CJS', async () => {
  expect(await runOk(consumer, 'jest', '--config', 'jest/jest.config.json')).toMatch(/Tests: +1 passed/)
})

test('jest without globals', async () => {
  expect(await runOk(consumer, 'jest', '--config', 'jest-no-globals/jest.config.json')).toMatch(/Tests: +1 passed/)
})

test('ts-jest, on TypeScript 5.9 to CommonJS', async () => {
  expect(await runOk(consumer, 'jest', '--config', 'ts-jest/jest.config.json')).toMatch(/Tests: +1 passed/)
})

test('node:test', async () => {
  expect(await runOk(consumer, 'node', '--test', 'node-test/greet.test.ts')).toMatch(/pass 1\n/)
})
