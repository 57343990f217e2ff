import { maskSecrets } from '../../errors/secrets.ts'
import { originOf } from '../../invocations/origin.ts'
import type { LogRecord } from '../../model/log-record.ts'
import type { InvokeResult } from '../../model/result.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'
import { brief, milliseconds, shortId } from './format.ts'
import { inline } from './inline.ts'
import { logExcerpt } from './log-excerpt.ts'

/** What a failure says beside the facts of the invocation. */
export interface Explanation {
  /** One sentence or two, with the function's name. */
  readonly sentence: string
  /** A diff or a list. */
  readonly details?: string
  /** The lines of the log that matter. */
  readonly marked?: readonly LogRecord[]
}

export interface Judgement {
  readonly matcher: string
  /** As the hint line shows them. */
  readonly args?: readonly unknown[]
  readonly received?: string
  readonly pass: boolean
  /** Called only when the test fails; for `.not` that is when `pass` is true. */
  explain(): Explanation
  readonly result?: InvokeResult
  /** Default: the result's. */
  readonly logs?: readonly LogRecord[]
  /** Default: made of the result. */
  readonly facts?: readonly string[]
}

/** A matcher's answer in the one layout that all failures have: hint, sentence, diff, remote frames, facts, log. */
export function verdict(state: MatcherState, judgement: Judgement): MatcherResult {
  return { pass: judgement.pass, message: () => maskSecrets(apart(failureText(state, judgement))) }
}

/** jest takes a line such as `at handler (src/orders.ts:12:11)` for the begin of the stack and spoils all that follows. */
function apart(text: string): string {
  return text.replace(/^([ \t]*)(?=at\s.*:\d*:\d*)/gm, '$1· ')
}

function failureText(state: MatcherState, { result, ...judgement }: Judgement): string {
  const { sentence, details, marked } = judgement.explain()
  const facts = judgement.facts ?? (result ? factsOf(result) : [])
  const log = logExcerpt(judgement.logs ?? result?.logs ?? [], marked)
  const paragraphs = [
    hint(state, judgement),
    [sentence, ...(result ? framesOf(result) : [])].join('\n'),
    details ?? '',
    [...facts, log].join('\n'),
  ]
  return paragraphs.filter(paragraph => paragraph !== '').join('\n\n')
}

function hint(state: MatcherState, { matcher, args = [], received = 'result' }: Omit<Judgement, 'result'>): string {
  const shown = args.filter(arg => arg !== undefined).map(arg => brief(inline(arg), 80))
  const options = { isNot: state.isNot ?? false, promise: state.promise ?? '' }
  return state.utils.matcherHint(matcher, received, shown.join(', '), options)
}

function framesOf(result: InvokeResult): string[] {
  if (result.ok) return []
  const frames = result.error.stackTrace.map(frame => `  ${frame.trim()}`)
  const calledAt = originOf(result)?.calledAt
  return calledAt === undefined ? frames : [...frames, `  · called at ${calledAt}`]
}

function factsOf({ functionName, backend, instance, coldStart, report, requestId }: InvokeResult): string[] {
  const start = coldStart ? 'cold' : 'warm'
  return [
    `Function   ${functionName} (${backend} ${shortId(instance)}, ${start}, ${milliseconds(report.durationMs)})`,
    `RequestId  ${requestId}`,
  ]
}
