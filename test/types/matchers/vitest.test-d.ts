import { expect } from 'vitest'
import { matchers } from '../../../src/matchers/index.ts'
import '../../../src/matchers/runners/vitest-types.ts'

declare const result: unknown
declare const orders: unknown
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>): void => {}

expect.extend(matchers)
const sync = expect(result).toHaveSucceeded()
same<typeof sync, void>(true)
const later = expect(Promise.resolve(result)).resolves.toHaveSucceeded()
same<typeof later, Promise<void>>(true)
const eventually = expect(orders).toEventuallyLog(/shipped/, { timeout: 10, since: new Date() })
same<typeof eventually, Promise<void>>(true)
expect(result).not.toHaveFailed({ errorType: /Error$/, errorMessage: expect.any(String), reason: 'timeout' })
expect([result]).toEqual([expect.toHaveLogged({ level: 'INFO' }, { times: 2, level: 'INFO', platform: true })])
expect(result).toHaveStatus('2xx')
// @ts-expect-error a class of statuses is 1xx to 5xx
expect(result).toHaveStatus('9xx')
// @ts-expect-error no such reason
expect(result).toHaveFailed({ reason: 'boredom' })
// @ts-expect-error not a schema
expect(result).toHavePayloadMatching({})
