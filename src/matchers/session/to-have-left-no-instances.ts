import type { SessionResource } from '../../model/session-resource.ts'
import { count } from '../failure/format.ts'
import { explain } from '../failure/received.ts'
import { usageError } from '../failure/usage-error.ts'
import type { MatcherResult, MatcherState } from '../runners/matcher-state.ts'
import { resourceList } from './resource-list.ts'

interface Session {
  readonly id: string
  leftResources(): Promise<readonly SessionResource[]>
}

export async function toHaveLeftNoInstances(this: MatcherState, received: unknown): Promise<MatcherResult> {
  const matcher = 'toHaveLeftNoInstances'
  if (!isSession(received)) throw usageError(matcher, `takes session(), but received ${mistake(received)}`)
  const left = await received.leftResources()
  const isNot = this.isNot ?? false
  return {
    pass: left.length === 0,
    message: () => {
      const hint = this.utils.matcherHint(matcher, 'session()', '', { isNot, promise: this.promise ?? '' })
      if (left.length === 0) return `${hint}\n\nExpected session ${received.id} to have left something, but nothing is there`
      const sentence = `Expected session ${received.id} to have left nothing, but ${count(left.length, 'thing')} of its instances ${left.length === 1 ? 'is' : 'are'} there`
      return `${hint}\n\n${sentence}\n\n${resourceList(left)}\n\n${remedy}`
    },
  }
}

const remedy =
  'What lambda() declares ends after the tests by itself; a handle of launch() needs "await using" or terminate(). ' +
  'What a killed worker left is ended within seconds by the watchdog.'

function isSession(value: unknown): value is Session {
  return typeof value === 'object' && value !== null && 'leftResources' in value && typeof value.leftResources === 'function'
}

function mistake(received: unknown): string {
  if (received === undefined) return 'undefined'
  if (typeof received === 'function' && received.name === 'session') return 'the function session itself: call it'
  return explain(received).replace(/(:).*|, which .*/, '')
}
