import { expect, inject, test } from 'vitest'
import { run } from './consumer.ts'

const consumer = inject('fullConsumer')

const options = ['--noEmit', '--strict', '--target', 'es2023', '--lib', 'es2023,esnext.disposable,dom', '--types', 'node,jest']
const files = ['core.ts', 'vitest.mts', 'jest-globals.ts', 'jest-ambient.ts', 'node-test.ts'].map(file => `types/${file}`)
const compilers = [
  { name: 'TypeScript 5.9', path: 'node_modules/typescript/bin/tsc' },
  { name: 'TypeScript 7', path: 'node_modules/typescript-7/bin/tsc' },
]
const resolutions = [
  { resolution: 'node16', module: 'node16' },
  { resolution: 'bundler', module: 'esnext' },
]
const cases = compilers.flatMap(compiler => resolutions.map(resolution => ({ ...compiler, ...resolution })))

test.for(cases)('the types of every entry compile: $name, $resolution', async ({ path, resolution, module }) => {
  const args = [...options, '--skipLibCheck', 'false', '--module', module, '--moduleResolution', resolution, ...files]
  expect((await run(consumer, 'node', path, ...args)).output).toBe('')
})
