import { toHaveHeader } from './http/to-have-header.ts'
import { toHaveJsonBody } from './http/to-have-json-body.ts'
import { toHaveStatus } from './http/to-have-status.ts'
import { toEventuallyLog } from './logs/to-eventually-log.ts'
import { toHaveLogged } from './logs/to-have-logged.ts'
import { toHaveLoggedInOrder } from './logs/to-have-logged-in-order.ts'
import { toHaveBatchItemFailures } from './results/to-have-batch-item-failures.ts'
import { toHaveColdStarted } from './results/to-have-cold-started.ts'
import { toHaveCompletedWithin } from './results/to-have-completed-within.ts'
import { toHaveFailed } from './results/to-have-failed.ts'
import { toHavePayload } from './results/to-have-payload.ts'
import { toHavePayloadMatching } from './results/to-have-payload-matching.ts'
import { toHaveSucceeded } from './results/to-have-succeeded.ts'
import { toHaveTimedOut } from './results/to-have-timed-out.ts'
import { toHaveUsedMemoryBelow } from './results/to-have-used-memory-below.ts'
import { toHaveLeftNoInstances } from './session/to-have-left-no-instances.ts'

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
export type { MatcherResult, MatcherState, MatcherUtils } from './runners/matcher-state.ts'
