import type { SessionResource } from '../../model/session-resource.ts'
import { plural } from '../failure/format.ts'
import { describeReceived } from '../failure/received-value.ts'
import { usageError } from '../failure/usage-error.ts'
import { verdict } from '../failure/verdict.ts'
import type { Matcher } from '../matcher-types.ts'
import { resourceList } from './resource-list.ts'

interface Session {
  readonly id: string
  leftResources(): Promise<readonly SessionResource[]>
}

const NAME = 'toHaveLeftNoInstances'
const REMEDY =
  'The library terminates what lambda() declares. A handle of launch() needs "await using" or terminate(). ' +
  'The watchdog ends what a killed worker left within seconds.'

export const toHaveLeftNoInstances: Matcher<typeof NAME> = async function (received) {
  if (!isSession(received)) throw usageError(NAME, 'session()', describeMistake(received))
  const left = await received.leftResources()
  return verdict(this, {
    matcher: NAME,
    args: [],
    received: 'session()',
    subject: `session ${received.id}`,
    pass: left.length === 0,
    explain: () =>
      left.length === 0
        ? { sentence: `Expected session ${received.id} to have left instances, but none exist` }
        : {
            to: 'have left no instances',
            but: `${plural(left.length, 'resource')} of its instances still ${left.length === 1 ? 'exists' : 'exist'}`,
            details: `${resourceList(left)}\n\n${REMEDY}`,
          },
  })
}

function isSession(value: unknown): value is Session {
  return typeof value === 'object' && value !== null && 'leftResources' in value && typeof value.leftResources === 'function'
}

function describeMistake(received: unknown): string {
  if (typeof received === 'function' && received.name === 'session') return 'the function session itself: call it'
  // What to write instead is different here.
  return describeReceived(received).replace(/(:).*|, which .*/, '')
}
