import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** Says at the end of a run what was repeated and why, and what was not tested: skipped tests, and backends that are not here. */
export default class ClosingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap(module => [...module.children.allTests()])
    const repeated = tests.flatMap(firstFailures)
    if (repeated.length > 0) process.stdout.write(`\n${['Passed when repeated:', ...repeated].join('\n')}\n`)
    const reasons = new Set(tests.flatMap(leftOut))
    const lines = reasons.size === 0 ? ['Nothing was left out.'] : ['Left out:', ...[...reasons].map(reason => `  ${reason}`)]
    process.stdout.write(`\n${lines.join('\n')}\n`)
  }
}

/** vitest's own reporter says of a test that it was repeated, and not why. */
function firstFailures(test: TestCase): string[] {
  if (test.diagnostic()?.flaky !== true) return []
  const reasons = (test.result().errors ?? []).flatMap(({ stack, message }) => (stack ?? message).split('\n'))
  const own = reasons.filter(line => !line.includes('/node_modules/') && !line.includes('(<anonymous>)'))
  return [`  ${test.module.relativeModuleId}: "${test.name}"`, ...own.map(line => `    ${line}`)]
}

function leftOut(test: TestCase): string[] {
  // The conformance suite of a backend that isn't here is one test of this name.
  if (/ is absent: /.test(test.name)) return [test.name]
  const result = test.result()
  // Where something failed, or names were given on the command line, vitest skips what doesn't count.
  if (result.state !== 'skipped' || (test.options.mode !== 'skip' && result.note === undefined)) return []
  return [`${test.module.relativeModuleId}: "${test.name}"${result.note === undefined ? '' : `: ${result.note}`}`]
}
