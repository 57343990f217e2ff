import { isPlain } from '../failure/compare.ts'
import { expectedText, receivedText } from '../failure/format.ts'
import { failureLines, failureOutcome } from '../failure/outcome.ts'
import { takeResult } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'

export function toHaveBatchItemFailures(this: MatcherState, received: unknown, expected: readonly string[]): MatcherResult {
  const matcher = 'toHaveBatchItemFailures'
  const result = takeResult(matcher, received)
  if (!Array.isArray(expected) || !expected.every(id => typeof id === 'string')) {
    throw usageError(matcher, "takes the ids of the items that failed, as in ['message-1'], or [] for none")
  }
  const ids = failedItems(result.payload)
  const missing = ids ? expected.filter(id => !ids.includes(id)) : []
  const extra = ids ? ids.filter(id => !expected.includes(id)) : []
  return verdict(this, {
    matcher,
    args: [expected],
    result,
    pass: result.ok && ids !== undefined && missing.length === 0 && extra.length === 0,
    explain: () => {
      const wanted = expected.length === 0 ? 'no item' : expectedText(this, expected)
      const begin = `Expected ${result.functionName} ${this.isNot ? 'not to' : 'to'} report ${wanted} as failed`
      if (!result.ok) return { sentence: `${begin}, but it ${failureOutcome(result)}`, marked: failureLines(result) }
      if (ids === undefined) {
        return {
          sentence: `${begin}, but its payload is no partial batch response, so that AWS would retry the whole batch: { batchItemFailures: [{ itemIdentifier }] }`,
          details: `Received: ${receivedText(this, result.payload)}`,
        }
      }
      if (this.isNot) return { sentence: `${begin}, but it did` }
      return {
        sentence: `${begin}, but it reported ${ids.length === 0 ? 'none' : receivedText(this, ids)}`,
        details: [
          ...missing.map(id => this.utils.EXPECTED_COLOR(`- ${JSON.stringify(id)} is missing`)),
          ...extra.map(id => this.utils.RECEIVED_COLOR(`+ ${JSON.stringify(id)} was not expected`)),
        ].join('\n'),
      }
    },
  })
}

/**
 * The ids, or `undefined` if AWS would take the answer for a failure of the whole batch. No answer, or no list in it, is a success.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
function failedItems(payload: unknown): string[] | undefined {
  if (payload === null || payload === undefined) return []
  if (!isPlain(payload)) return undefined
  const list = payload.batchItemFailures ?? []
  if (!Array.isArray(list)) return undefined
  const ids = list.map(item => (isPlain(item) ? item.itemIdentifier : undefined))
  return ids.every(id => typeof id === 'string' && id !== '') ? (ids as string[]) : undefined
}
