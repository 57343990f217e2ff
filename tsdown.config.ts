import { defineConfig } from 'tsdown'

// One build for all entries: they share chunks, and with them the one copy of each module a format has.
const esm = {
  index: 'src/index.ts',
  jest: 'src/jest.ts',
  'node-test': 'src/node-test.ts',
  matchers: 'src/matchers/index.ts',
  events: 'src/events/index.ts',
}

export default defineConfig([
  {
    entry: { ...esm, vitest: 'src/vitest.ts', 'vitest-plugin': 'src/vitest-plugin.ts' },
    format: 'esm',
    platform: 'node',
    target: 'node22.12',
    dts: true,
    fixedExtension: true,
    deps: { neverBundle: [/^vitest/, /^@jest\//, 'expect', 'esbuild'] },
  },
  {
    entry: esm,
    format: 'cjs',
    platform: 'node',
    target: 'node22.12',
    dts: true,
    fixedExtension: true,
    clean: false,
    deps: { neverBundle: [/^vitest/, /^@jest\//, 'expect', 'esbuild'] },
  },
])
