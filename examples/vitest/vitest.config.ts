import { lambdaFixtures } from 'lambda-fixtures/vitest/plugin'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // So that watch mode and `vitest related` know the handlers too, not only the tests.
  plugins: [lambdaFixtures()],
  test: { reporters: ['verbose'] },
})
