import { defineConfig, type UserConfig } from 'tsdown'

const common: UserConfig = { platform: 'node', target: 'node22.12', fixedExtension: true, clean: false }
// Peers are the user's own and never bundled. obug has no CommonJS, which jest needs; of zod only the used part is loaded.
const deps = {
  neverBundle: [/^vitest/, /^@jest\//, 'expect', 'esbuild'],
  alwaysBundle: ['obug', 'zod/mini'],
  dts: { neverBundle: ['zod/mini'] },
}
// No published type uses zod's types, so the declarations need not import it either.
const treeshake = { moduleSideEffects: [{ test: /^zod\/mini$/, external: true, sideEffects: false }] }

// One build a format for all entries: they share chunks, and with them the one copy of each module.
const both = {
  index: 'src/index.ts',
  jest: 'src/jest.ts',
  'jest-global-teardown': 'src/jest-global-teardown.ts',
  'node-test': 'src/node-test.ts',
  matchers: 'src/matchers/index.ts',
  events: 'src/events/index.ts',
  kubernetes: 'src/kubernetes.ts',
}
const esm = {
  ...both,
  vitest: 'src/vitest.ts',
  'vitest-plugin': 'src/vitest-plugin.ts',
  'vitest-global-setup': 'src/vitest-global-setup.ts',
  cli: 'src/cli/bin.ts',
}

export default defineConfig([
  { ...common, clean: true, entry: esm, format: 'esm', dts: true, deps, treeshake },
  // jest, which loads no ESM by default and has no import() in CommonJS, is why there is a second format.
  {
    ...common,
    entry: both,
    format: 'cjs',
    dts: true,
    deps,
    treeshake,
    checks: { legacyCjs: false },
    outputOptions: { dynamicImportInCjs: false },
  },
  // Alone, so that the processes that watch over a run and read a function's output load nothing but what they need.
  { ...common, entry: { watchdog: 'src/reaper/watchdog/server/main.ts' }, format: 'esm', dts: false },
  // One file, as each that a runtime loads takes a quarter of a millisecond of every launch.
  {
    ...common,
    entry: { 'runtimes/nodejs/bootstrap': 'runtimes/nodejs/bootstrap.cjs' },
    format: 'cjs',
    dts: false,
    checks: { legacyCjs: false },
  },
  { ...common, entry: { 'log-reader': 'src/backends/process/output/log-reader-main.ts' }, format: 'esm', dts: false },
])
