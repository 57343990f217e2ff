import { toEventuallyLog } from './to-eventually-log.ts'
import { toHaveBatchItemFailures } from './to-have-batch-item-failures.ts'
import { toHaveColdStarted } from './to-have-cold-started.ts'
import { toHaveCompletedWithin } from './to-have-completed-within.ts'
import { toHaveFailed } from './to-have-failed.ts'
import { toHaveHeader } from './to-have-header.ts'
import { toHaveJsonBody } from './to-have-json-body.ts'
import { toHaveLeftNoInstances } from './to-have-left-no-instances.ts'
import { toHaveLogged } from './to-have-logged.ts'
import { toHaveLoggedInOrder } from './to-have-logged-in-order.ts'
import { toHavePayload } from './to-have-payload.ts'
import { toHavePayloadMatching } from './to-have-payload-matching.ts'
import { toHaveStatus } from './to-have-status.ts'
import { toHaveSucceeded } from './to-have-succeeded.ts'
import { toHaveTimedOut } from './to-have-timed-out.ts'
import { toHaveUsedMemoryBelow } from './to-have-used-memory-below.ts'

// A type, not an interface: only a type has the index signature that `expect.extend` asks for.
type Matchers = {
  readonly toHaveSucceeded: typeof toHaveSucceeded
  readonly toHaveFailed: typeof toHaveFailed
  readonly toHaveTimedOut: typeof toHaveTimedOut
  readonly toHavePayload: typeof toHavePayload
  readonly toHavePayloadMatching: typeof toHavePayloadMatching
  readonly toHaveStatus: typeof toHaveStatus
  readonly toHaveHeader: typeof toHaveHeader
  readonly toHaveJsonBody: typeof toHaveJsonBody
  readonly toHaveBatchItemFailures: typeof toHaveBatchItemFailures
  readonly toHaveLogged: typeof toHaveLogged
  readonly toHaveLoggedInOrder: typeof toHaveLoggedInOrder
  readonly toHaveColdStarted: typeof toHaveColdStarted
  readonly toHaveCompletedWithin: typeof toHaveCompletedWithin
  readonly toHaveUsedMemoryBelow: typeof toHaveUsedMemoryBelow
  readonly toEventuallyLog: typeof toEventuallyLog
  readonly toHaveLeftNoInstances: typeof toHaveLeftNoInstances
}

/** For `expect.extend(matchers)` of vitest, jest or npm `expect`. The entry of your runner has done it already. */
export const matchers: Matchers = {
  toHaveSucceeded,
  toHaveFailed,
  toHaveTimedOut,
  toHavePayload,
  toHavePayloadMatching,
  toHaveStatus,
  toHaveHeader,
  toHaveJsonBody,
  toHaveBatchItemFailures,
  toHaveLogged,
  toHaveLoggedInOrder,
  toHaveColdStarted,
  toHaveCompletedWithin,
  toHaveUsedMemoryBelow,
  toEventuallyLog,
  toHaveLeftNoInstances,
}

export type { MatcherResult, MatcherState, MatcherUtils } from './matcher-state.ts'
export type {
  EventuallyLogOptions,
  FailurePattern,
  LoggedOptions,
  ResultMatchers,
  SessionMatchers,
  StandardSchema,
  StatusPattern,
  StreamMatchers,
} from './result-matchers.ts'
