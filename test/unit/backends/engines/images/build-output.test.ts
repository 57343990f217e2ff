import { expect, test } from 'vitest'
import { BuildOutput } from '../../../../../src/backends/engines/images/build-output.ts'

test('knows the step that the builder is at', () => {
  const output = new BuildOutput()
  expect(output.step).toBeUndefined()
  output.add({ stream: 'Step 1/3 : FROM node:24\n' })
  output.add({ stream: ' ---> 0123456789ab\n' })
  expect(output.step).toBe('Step 1/3 : FROM node:24')
  output.add({ stream: '[1/2] STEP 2/3: RUN npm ci\n' })
  expect(output.step).toBe('[1/2] STEP 2/3: RUN npm ci')
})

test('keeps the last 15 lines that are not blank, without terminal codes', () => {
  const output = new BuildOutput()
  for (let line = 1; line <= 40; line++) output.add({ stream: `\u001b[91mline ${line}\u001b[0m\r\n\n` })
  expect(output.tail).toEqual(Array.from({ length: 15 }, (_, index) => `line ${index + 26}`))
})

test('a long output loses its beginning and not its end', () => {
  const output = new BuildOutput()
  for (let line = 1; line <= 3_000; line++) output.add({ stream: `${line} ${'x'.repeat(100)}\n` })
  expect(output.tail.at(-1)).toMatch(/^3000 x/)
})

test('keeps the first error, in either form', () => {
  const output = new BuildOutput()
  expect(output.error).toBeUndefined()
  output.add({ errorDetail: { message: 'the step failed ' } })
  output.add({ error: 'and then this' })
  expect(output.error).toBe('the step failed')
})
