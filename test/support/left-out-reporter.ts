import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** Says at the end of a run what was not tested, and why: skipped tests, and backends that are not here. */
export default class LeftOutReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const reasons = new Set(modules.flatMap(module => [...module.children.allTests()].flatMap(leftOut)))
    const lines = reasons.size === 0 ? ['Nothing was left out.'] : ['Left out:', ...[...reasons].map(reason => `  ${reason}`)]
    process.stdout.write(`\n${lines.join('\n')}\n`)
  }
}

function leftOut(test: TestCase): string[] {
  // The conformance suite of a backend that isn't here is one test of this name.
  if (/ is absent: /.test(test.name)) return [test.name]
  const result = test.result()
  // Where something failed, or names were given on the command line, vitest skips what doesn't count.
  if (result.state !== 'skipped' || (test.options.mode !== 'skip' && result.note === undefined)) return []
  return [`${test.module.relativeModuleId}: "${test.name}"${result.note === undefined ? '' : `: ${result.note}`}`]
}
