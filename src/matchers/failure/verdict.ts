import { maskSecrets, truncateMasked } from '../../errors/secrets.ts'
import { originOf } from '../../invocations/origin.ts'
import type { LogRecord } from '../../model/log-record.ts'
import type { InvokeResult } from '../../model/result.ts'
import { shortInstanceId } from '../../reaper/session.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'
import { describeFailure, failureRecords, framesOf } from './describe-failure.ts'
import { milliseconds } from './format.ts'
import { formatValue } from './format-value.ts'
import { logExcerpt } from './log-excerpt.ts'

/** Why an assertion failed: `Expected orders to …, but …`. */
export interface Explanation {
  /** Follows "to". */
  readonly to?: string
  /** Follows "but". Default: how the invocation failed, or "it did". */
  readonly but?: string | undefined
  /** Replaces the whole sentence. */
  readonly sentence?: string
  /** A diff or a list. */
  readonly details?: string | undefined
  /** The records to mark in the log. Default: those that tell of the failure. */
  readonly marked?: readonly LogRecord[]
}

export interface Verdict {
  readonly matcher: string
  /** For the hint line, as {@link Verdict.received}. */
  readonly args: readonly unknown[]
  readonly received: string
  /** What the sentence is about: usually the name of the function. */
  readonly subject: string
  readonly pass: boolean
  /** Called only when the test fails. With `.not` that is when `pass` is true. */
  explain(): Explanation
  readonly result?: InvokeResult | undefined
  /** Default: the log of the result. */
  readonly logs?: readonly LogRecord[] | undefined
  /** Default: those of the result. */
  readonly facts?: readonly string[] | undefined
}

/** What a matcher returns. All failure texts have the same layout: hint, sentence, the function's own frames, diff, facts, log. */
export function verdict(state: MatcherState, parts: Verdict): MatcherResult {
  return { pass: parts.pass, message: () => maskSecrets(hideFrames(failureText(state, parts))) }
}

/** Marks frames by a dot: jest takes a line such as `at handler (src/orders.ts:12:11)` for its own stack and spoils what follows. */
export function hideFrames(text: string): string {
  return text.replace(/^([ \t]*)(?=at\s.*:\d*:\d*)/gm, '$1· ')
}

function failureText(state: MatcherState, parts: Verdict): string {
  const { result } = parts
  const explanation = parts.explain()
  const { details, marked = result && failureRecords(result) } = explanation
  const facts = parts.facts ?? (result ? factsOf(result) : [])
  const logs = parts.logs ?? result?.logs
  const paragraphs = [
    hint(state, parts),
    [explanation.sentence ?? sentence(state, parts, explanation), ...(result ? stackOf(result) : [])].join('\n'),
    details ?? '',
    [...facts, ...(logs ? [logExcerpt(logs, marked)] : [])].join('\n'),
  ]
  return paragraphs.filter(paragraph => paragraph !== '').join('\n\n')
}

function sentence(state: MatcherState, { subject, result }: Verdict, { to, but }: Explanation): string {
  const reason = but ?? (result && !result.ok ? `it ${describeFailure(result)}` : 'it did')
  return `Expected ${subject} ${state.isNot ? 'not to' : 'to'} ${to}, but ${reason}`
}

function hint(state: MatcherState, { matcher, args, received }: Verdict): string {
  const shown = args.filter(arg => arg !== undefined).map(arg => truncateMasked(formatValue(arg), 80))
  const options = { isNot: state.isNot ?? false, promise: state.promise ?? '' }
  return state.utils.matcherHint(matcher, received, shown.join(', '), options)
}

function stackOf(result: InvokeResult): string[] {
  if (result.ok) return []
  const calledAt = originOf(result)?.calledAt
  return [...framesOf(result), ...(calledAt === undefined ? [] : [`· called at ${calledAt}`])].map(line => `  ${line}`)
}

/** What is known of an invocation besides its log. */
export function factsOf({ functionName, backend, instance, coldStart, report, requestId }: InvokeResult): string[] {
  const start = coldStart ? 'cold' : 'warm'
  return [
    `Function   ${functionName} (${backend} ${shortInstanceId(instance)}, ${start}, ${milliseconds(report.durationMs)})`,
    `RequestId  ${requestId}`,
  ]
}
