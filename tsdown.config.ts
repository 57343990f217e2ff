import { defineConfig } from 'tsdown'

// One build for all entries: they share chunks, and with them the one copy of each module a format has.
const esm = {
  index: 'src/index.ts',
  jest: 'src/jest.ts',
  'jest-global-teardown': 'src/jest-global-teardown.ts',
  'node-test': 'src/node-test.ts',
  matchers: 'src/matchers/index.ts',
  events: 'src/events/index.ts',
}

// obug has no CommonJS, without which jest can't load it.
const deps = { neverBundle: [/^vitest/, /^@jest\//, 'expect', 'esbuild'], alwaysBundle: ['obug'] }

export default defineConfig([
  {
    entry: {
      ...esm,
      vitest: 'src/vitest.ts',
      'vitest-plugin': 'src/vitest-plugin.ts',
      'vitest-global-setup': 'src/vitest-global-setup.ts',
      cli: 'src/cli/bin.ts',
    },
    format: 'esm',
    platform: 'node',
    target: 'node22.12',
    dts: true,
    fixedExtension: true,
    deps,
  },
  {
    entry: esm,
    format: 'cjs',
    platform: 'node',
    target: 'node22.12',
    dts: true,
    fixedExtension: true,
    clean: false,
    // jest has no import() in CommonJS.
    outputOptions: { dynamicImportInCjs: false },
    deps,
  },
  {
    // A process of its own for as long as tests run: one file that loads nothing it does not need.
    entry: { watchdog: 'src/reaper/watchdog/main.ts' },
    format: 'esm',
    platform: 'node',
    target: 'node22.12',
    dts: false,
    fixedExtension: true,
    clean: false,
  },
])
