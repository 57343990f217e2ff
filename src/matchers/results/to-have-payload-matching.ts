import { plural } from '../failure/format.ts'
import { printReceived } from '../failure/format-value.ts'
import { usageError } from '../failure/usage-error.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'

/** @see https://standardschema.dev */
interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[]
}
interface Standard {
  readonly vendor: string
  validate(value: unknown): { readonly issues?: readonly Issue[] } | PromiseLike<unknown>
}

const NAME = 'toHavePayloadMatching'

export const toHavePayloadMatching: Matcher<typeof NAME> = resultMatcher(NAME, (state, result, schema) => {
  const standard = standardOf(schema)
  const issues = result.ok ? validate(standard, result.payload) : []
  return {
    pass: result.ok && issues.length === 0,
    explain: () => {
      if (!result.ok) return { to: 'return a payload' }
      const received = `Received: ${printReceived(state, result.payload, 2000)}`
      return {
        to: `return a payload that matches the ${standard.vendor} schema`,
        but: state.isNot ? undefined : `it has ${plural(issues.length, 'issue')}`,
        details: issues.length === 0 ? received : [...issues.map(describeIssue), '', received].join('\n'),
      }
    },
  }
})

function standardOf(schema: unknown): Standard {
  const standard = (schema as { '~standard'?: Standard } | null | undefined)?.['~standard']
  if (typeof standard?.validate === 'function') return standard
  throw usageError(NAME, 'a schema that implements Standard Schema v1, such as one of zod 4, valibot 1 or arktype 2')
}

function validate(standard: Standard, payload: unknown): readonly Issue[] {
  const validated = standard.validate(payload)
  if (!('then' in validated)) return validated.issues ?? []
  // Otherwise its rejection would be an unhandled one.
  validated.then(undefined, () => {})
  throw usageError(
    NAME,
    'a synchronous schema',
    `an asynchronous ${standard.vendor} schema: await its own parse of result.payload`,
  )
}

function describeIssue({ path = [], message }: Issue): string {
  const keys = path.map(part => String(typeof part === 'object' ? part.key : part))
  return `  ${keys.length === 0 ? '(the payload)' : keys.join('.')}: ${message}`
}
