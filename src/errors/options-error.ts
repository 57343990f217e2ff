import { BrandedError, hasBrand } from './branded-error.ts'
import { maskSecrets } from './secrets.ts'

/** A wrong option. */
export interface OptionsIssue {
  /** Dotted, such as `environment.AWS_REGION`. */
  readonly path: string
  /** What is wrong and what to write instead. */
  readonly message: string
}

/** Tells all wrong options at once. */
export class OptionsError extends BrandedError {
  readonly code = 'INVALID_OPTIONS' as const
  readonly issues: readonly OptionsIssue[]

  constructor(where: string, wrong: readonly OptionsIssue[]) {
    const issues = wrong.map(({ path, message }) => ({ path, message: maskSecrets(message) }))
    const list = issues.map(issue => `  ${issue.path ? `${issue.path}: ` : ''}${issue.message}`).join('\n')
    const count = issues.length === 1 ? '1 option' : `${issues.length} options`
    super('OptionsError', `${count} of ${where} ${issues.length === 1 ? 'is' : 'are'} wrong:\n${list}`, { data: { issues } })
    this.issues = issues
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasBrand(value, 'OptionsError')
  }
}
