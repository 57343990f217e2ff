import { defineConfig } from 'vitest/config'

const exclude = ['**/node_modules/**', 'test/!(unit)/**/fixtures/**']
const kubernetes = ['test/kubernetes/*.test.ts', 'test/conformance/kubernetes.test.ts']
/** They kill runs and count what is left, or measure: with the machine to themselves, one file after the other. */
const alone = ['test/killing/**/*.test.ts', 'test/scale/*.test.ts', 'test/soak/*.test.ts']

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // On a machine that others use too, a test that kills and counts may meet a slow moment; what was repeated is marked in the output.
    retry: process.env.CI ? 1 : 0,
    reporters: ['default', './test/support/closing-reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'library',
          include: ['test/**/*.test.ts'],
          exclude: [...exclude, ...kubernetes, ...alone, 'test/package/**'],
        },
      },
      {
        extends: true,
        // One file after the other: some stop a part of the cluster, which is everybody's.
        test: { name: 'kubernetes', include: kubernetes, sequence: { groupOrder: 2 }, fileParallelism: false },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          exclude,
          // V8 keeps up to 128 MB for its young generation as it sees fit: a small one, so that resident memory tells of a leak.
          execArgv: ['--max-semi-space-size=4'],
          testTimeout: 60_000,
          hookTimeout: 90_000,
          sequence: { groupOrder: 1 },
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/*.test.ts'],
          globalSetup: 'test/package/global-setup.ts',
          testTimeout: 120_000,
          // After the others: it has test runners and compilers of its own, which want the machine for themselves.
          sequence: { groupOrder: 3 },
          fileParallelism: false,
        },
      },
    ],
  },
})
