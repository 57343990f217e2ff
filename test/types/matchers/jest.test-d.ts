import { expect as jestExpect } from '@jest/globals'
import { expect as npmExpect } from 'expect'
import { matchers } from '../../../src/matchers/index.ts'
import '../../../src/matchers/runners/jest-types.ts'

declare const result: unknown
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <A, B>(_: Same<A, B>): void => {}

jestExpect.extend(matchers)
npmExpect.extend(matchers)
const sync = jestExpect(result).toHaveSucceeded()
same<typeof sync, void>(true)
const later = jestExpect(Promise.resolve(result)).resolves.toHaveSucceeded()
same<typeof later, Promise<void>>(true)
const eventually = npmExpect(result).toEventuallyLog(/shipped/)
same<typeof eventually, Promise<void>>(true)
jestExpect(result).not.toHaveLogged('x', { times: 1 })
npmExpect([result]).toEqual([npmExpect.toHaveSucceeded(), npmExpect.not.toHaveTimedOut()])
// @ts-expect-error a class of statuses is 1xx to 5xx
jestExpect(result).toHaveStatus('9xx')
