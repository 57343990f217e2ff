import { defineConfig } from 'vitest/config'

const exclude = ['**/node_modules/**', 'test/!(unit)/**/fixtures/**']
const kubernetes = ['test/kubernetes/*.test.ts', 'test/conformance/kubernetes.test.ts']
/** These kill runs and count what is left, or measure: they run one file after the other, without the other tests. */
const alone = ['test/killing/**/*.test.ts', 'test/scale/*.test.ts', 'test/soak/*.test.ts']

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
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
        // One file after the other, because some stop a part of the cluster, which all of them use.
        test: { name: 'kubernetes', include: kubernetes, sequence: { groupOrder: 2 }, fileParallelism: false },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: alone,
          exclude,
          // V8 may keep up to 128 MB for its young generation. With a small one, resident memory shows a leak.
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
          // After the others, because it starts test runners and compilers, which need the machine for themselves.
          sequence: { groupOrder: 3 },
          fileParallelism: false,
        },
      },
    ],
  },
})
