import { count, receivedText } from '../failure/format.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { StandardSchema } from '../result-matchers.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'

/** @see https://standardschema.dev */
interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[]
}
interface Validating {
  readonly vendor: string
  validate(value: unknown): { readonly issues?: readonly Issue[] } | PromiseLike<unknown>
}

export function toHavePayloadMatching(this: MatcherState, received: unknown, schema: StandardSchema): MatcherResult {
  const matcher = 'toHavePayloadMatching'
  const result = takeResult(matcher, received)
  const standard = standardOf(matcher, schema)
  const issues = result.ok ? validate(matcher, standard, result.payload) : []
  return verdict(this, {
    matcher,
    result,
    received: 'result',
    pass: result.ok && issues.length === 0,
    explain: () => {
      const name = result.functionName
      if (!result.ok)
        return { sentence: `Expected ${name} to answer, but it ${failureOutcome(result)}`, marked: failureLines(result) }
      const payload = receivedText(this, result.payload, 2000)
      if (this.isNot) {
        return {
          sentence: `Expected ${name} not to answer as the ${standard.vendor} schema says, but it did`,
          details: `Received: ${payload}`,
        }
      }
      return {
        sentence: `Expected ${name} to answer as the ${standard.vendor} schema says, but there ${issues.length === 1 ? 'is' : 'are'} ${count(issues.length, 'issue')}`,
        details: [...issues.map(describe), '', `Received: ${payload}`].join('\n'),
      }
    },
  })
}

function standardOf(matcher: string, schema: unknown): Validating {
  const standard = (schema as { '~standard'?: Validating } | null | undefined)?.['~standard']
  if (typeof standard?.validate === 'function') return standard
  throw usageError(matcher, 'takes a schema with Standard Schema v1, such as one of zod 4, valibot 1 or arktype 2')
}

function validate(matcher: string, standard: Validating, payload: unknown): readonly Issue[] {
  const answer = standard.validate(payload)
  if ('then' in answer) {
    // Its rejection would otherwise come as an unhandled one after this error.
    answer.then(undefined, () => {})
    throw usageError(
      matcher,
      `is synchronous, but this ${standard.vendor} schema is asynchronous: await its own parse of result.payload`,
    )
  }
  return answer.issues ?? []
}

function describe({ path = [], message }: Issue): string {
  const keys = path.map(part => String(typeof part === 'object' ? part.key : part))
  return `  ${keys.length === 0 ? '(the payload)' : keys.join('.')}: ${message}`
}
