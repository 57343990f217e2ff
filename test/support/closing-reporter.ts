import type { Reporter, TestCase, TestModule } from 'vitest/node'

const SLOWEST = 10

/** Prints at the end of a run which test files took longest (in CI), and what was left out: skipped tests and absent backends. */
export default class ClosingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const reasons = new Set(tests.flatMap(leftOut))
    const lines = reasons.size === 0 ? ['Nothing was left out.'] : ['Left out:', ...[...reasons].map(reason => `  ${reason}`)]
    process.stdout.write(`\n${[...(process.env.CI ? slowest(modules) : []), ...lines].join('\n')}\n`)
  }
}

function slowest(modules: readonly TestModule[]): string[] {
  const files = modules.map(module => ({ file: module.relativeModuleId, ms: module.diagnostic().duration }))
  const longest = files.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST)
  return ['The slowest files:', ...longest.map(({ file, ms }) => `  ${(ms / 1000).toFixed(1).padStart(6)} s  ${file}`), '']
}

function leftOut(test: TestCase): string[] {
  // The conformance suite of an absent backend is one test of this name.
  if (/ is absent: /.test(test.name)) return [test.name]
  const result = test.result()
  // vitest also skips what a failure or the command line rules out: only tests that skip themselves count.
  if (result.state !== 'skipped' || (test.options.mode !== 'skip' && result.note === undefined)) return []
  return [`${test.module.relativeModuleId}: "${test.name}"${result.note === undefined ? '' : `: ${result.note}`}`]
}
