/** Makes docs/conformance.md of the runs that `npm run docs:conformance` has kept. */
import { writeFileSync } from 'node:fs'
import { keptRuns, renderPage } from '../test/conformance/page.ts'

writeFileSync(new URL('../docs/conformance.md', import.meta.url), renderPage(keptRuns()))
