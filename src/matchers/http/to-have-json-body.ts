import { truncateMasked } from '../../errors/secrets.ts'
import { equal } from '../failure/compare.ts'
import { diff } from '../failure/diff.ts'
import { printExpected, printReceived } from '../failure/format-value.ts'
import type { Matcher } from '../matcher-types.ts'
import { resultMatcher } from '../result-matcher.ts'
import { bodyText, parseBody, statusOf } from './http-response.ts'

export const toHaveJsonBody: Matcher<'toHaveJsonBody'> = resultMatcher('toHaveJsonBody', (state, result, expected) => {
  const { payload } = result
  const body = parseBody(payload)
  return {
    pass: result.ok && 'json' in body && equal(state, body.json, expected),
    explain: () => {
      if (!result.ok) return { to: 'respond with a JSON body' }
      if (!('json' in body)) {
        const text = bodyText(payload)
        const received = text ? state.utils.RECEIVED_COLOR(truncateMasked(text, 2000)) : printReceived(state, payload)
        return { to: 'respond with a JSON body', but: body.problem, details: `Received: ${received}` }
      }
      if (state.isNot) return { to: `respond with the JSON body ${printExpected(state, expected)}` }
      return {
        to: 'respond with this JSON body',
        but: `it responded with another one (status ${String(statusOf(payload) ?? 'not set')})`,
        details: diff(state, expected, body.json),
      }
    },
  }
})
