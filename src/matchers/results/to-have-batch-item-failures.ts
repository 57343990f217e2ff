import { isPlain } from '../failure/compare.ts'
import { formatValue, printExpected, printReceived } from '../failure/format-value.ts'
import { usageError } from '../failure/usage-error.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'

export const toHaveBatchItemFailures: Matcher<'toHaveBatchItemFailures'> = resultMatcher(
  'toHaveBatchItemFailures',
  (state, result, expected) => {
    if (!Array.isArray(expected) || !expected.every(id => typeof id === 'string')) {
      const needs = "the ids of the items that failed, as in ['message-1'], or [] for none"
      throw usageError('toHaveBatchItemFailures', needs, formatValue(expected))
    }
    const ids = failedItems(result.payload)
    const missing = expected.filter(id => !ids?.includes(id))
    const unexpected = (ids ?? []).filter(id => !expected.includes(id))
    return {
      pass: result.ok && ids !== undefined && missing.length === 0 && unexpected.length === 0,
      explain: () => {
        const to = `report ${expected.length === 0 ? 'no item' : printExpected(state, expected)} as failed`
        if (!result.ok || state.isNot) return { to }
        if (ids === undefined) {
          return {
            to,
            but: 'its payload is not a partial batch response ({ batchItemFailures: [{ itemIdentifier }] }), so AWS would retry the whole batch',
            details: `Received: ${printReceived(state, result.payload)}`,
          }
        }
        return {
          to,
          but: `it reported ${ids.length === 0 ? 'none' : printReceived(state, ids)}`,
          details: [
            ...missing.map(id => state.utils.EXPECTED_COLOR(`- ${JSON.stringify(id)} is missing`)),
            ...unexpected.map(id => state.utils.RECEIVED_COLOR(`+ ${JSON.stringify(id)} was not expected`)),
          ].join('\n'),
        }
      },
    }
  },
)

/**
 * The ids, or `undefined` if AWS would take the payload for a failure of the whole batch. An empty payload, or one without a list, is a success.
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
