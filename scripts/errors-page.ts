// Writes docs/errors.md from the table of error codes.
import { writeFileSync } from 'node:fs'
import { ERROR_CODES } from './error-texts.ts'

const OTHERS = `| class            | code               | when                                                                                    |
| ---------------- | ------------------ | --------------------------------------------------------------------------------------- |
| \`FunctionError\`  | \`FUNCTION_ERROR\`   | \`await fn(event)\` when the function fails. \`result\` holds the whole result.             |
| \`InvokeApiError\` | \`INVOKE_API_ERROR\` | AWS's Invoke API would refuse the request. \`name\` and \`statusCode\` are AWS's.           |
| \`OptionsError\`   | \`INVALID_OPTIONS\`  | Options are wrong. \`issues\` lists all of them, each with its path and what to write.    |
| \`RuntimeError\`   | one of those below | Something went wrong outside the function: in a backend, a bundle or a launch.          |`

/** The page, from the table in scripts/error-texts.ts. */
export function errorsPage(): string {
  const sections = Object.entries(ERROR_CODES).map(
    ([code, { cause, fix }]) => `### \`${code}\`\n\n${cause}\n\n**What to do:** ${fix}\n`,
  )
  return `# Errors

Every error of this library has a stable \`code\`, \`data\` (what the message was made of, for programs), and \`cause\` where there is one.
The message says what happened, where, with which data, and what to do. Compare \`code\`, not the message: messages may change in any version.
\`instanceof\` works across realms and across the ESM and CommonJS copies of the package.

${OTHERS}

## Codes of \`RuntimeError\`

<!-- made from scripts/error-texts.ts by \`npm run docs:errors\` -->

${sections.join('\n')}`
}

if (import.meta.main) writeFileSync(new URL('../docs/errors.md', import.meta.url), errorsPage())
