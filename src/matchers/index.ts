import { toHaveHeader } from './http/to-have-header.ts'
import { toHaveJsonBody } from './http/to-have-json-body.ts'
import { toHaveStatus } from './http/to-have-status.ts'
import { toEventuallyLog } from './logs/to-eventually-log.ts'
import { toHaveLogged } from './logs/to-have-logged.ts'
import { toHaveLoggedInOrder } from './logs/to-have-logged-in-order.ts'
import type { AllMatchers, Matcher } from './matcher-types.ts'
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

/** For `expect.extend(matchers)` of vitest, jest or npm `expect`. The entry for your runner does this for you. */
export const matchers: { readonly [Name in keyof AllMatchers]: Matcher<Name> } = {
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
} from './matcher-types.ts'
export type { MatcherResult, MatcherState, MatcherUtils } from './runners/matcher-state.ts'
