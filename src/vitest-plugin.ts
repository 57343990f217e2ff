import type { Plugin } from 'vitest/config'
import { bundleInputs } from './vitest-plugin/bundle-inputs.ts'
import { declaredFiles } from './vitest-plugin/declared-files.ts'

/**
 * Lets vitest know which files stand behind the functions that a test file declares: their types are all that the test imports of
 * them. With it, watch mode reruns a test when its handler changes, or anything that the handler imports, and `vitest related` and
 * `--changed` find it.
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
    // vitest keeps what became of a module, without the files that were watched for it: then this plugin would not be asked again.
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

/** Parsing every module would cost more than it finds. */
function mayDeclare(file: string, code: string): boolean {
  return !/[/\\]node_modules[/\\]/.test(file) && /\b(lambda|launch)\b/.test(code) && /\b(entry|setup|code)\b/.test(code)
}
