import type { Plugin } from 'vitest/config'
import { bundleInputs } from './vitest-plugin/bundle-inputs.ts'
import { declaredFiles } from './vitest-plugin/declared-files.ts'

/**
 * Tells vitest which files the functions of a test file are made of; the test itself imports only their types. With this plugin, watch
 * mode reruns a test when its handler or anything that the handler imports changes, and `vitest related` and `--changed` find the test.
 *
 * @example
 * // vitest.config.ts
 * import { lambdaFixtures } from 'lambda-fixtures/vitest/plugin'
 * import { defineConfig } from 'vitest/config'
 *
 * export default defineConfig({ plugins: [lambdaFixtures()] })
 */
export function lambdaFixtures(): Plugin {
  return {
    name: 'lambda-fixtures',
    // vitest caches transformed modules without the files that were watched for them, and would not call this plugin again.
    configureVitest({ defineCacheKeyGenerator }) {
      defineCacheKeyGenerator(({ id, sourceCode }) => (mayDeclare(id, sourceCode) ? false : undefined))
    },
    async transform(code, id) {
      const file = id.split('?', 1)[0] as string
      if (!mayDeclare(file, code)) return
      const { entries, others } = declaredFiles(this.parse(code), file)
      const inputs = await Promise.all(entries.map(entry => bundleInputs(entry)))
      for (const input of new Set([...inputs.flat(), ...others])) this.addWatchFile(input)
    },
  }
}

/** A quick look at the text, because parsing every module would take too long. */
function mayDeclare(file: string, code: string): boolean {
  return !/[/\\]node_modules[/\\]/.test(file) && /\b(lambda|launch)\b/.test(code) && /\b(entry|setup|code)\b/.test(code)
}
