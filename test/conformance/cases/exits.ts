import { expect } from 'vitest'
import { answerOf, platformLines } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'

const EXITS: readonly { readonly how: string; readonly event: object; readonly message: string }[] = [
  { how: 'exit 0', event: { op: 'exit', code: 0 }, message: 'Runtime exited without providing a reason' },
  { how: 'exit 1', event: { op: 'exit', code: 1 }, message: 'Runtime exited with error: exit status 1' },
  { how: 'exit 106', event: { op: 'exit', code: 106 }, message: 'Runtime exited with error: exit status 106' },
  { how: 'kill -9', event: { op: 'signal', name: 'KILL' }, message: 'Runtime exited with error: signal: killed' },
  { how: 'SIGSEGV', event: { op: 'signal', name: 'SEGV' }, message: 'Runtime exited with error: signal: segmentation fault' },
]

const endings = EXITS.map(
  ({ how, event, message }): ConformanceCase => ({
    name: how,
    contract: '2.5, 4.2',
    async run(lab) {
      const fn = await lab.launch()
      await fn.invoke({ op: 'count' })
      const result = await fn.invoke(event)
      expect(result).toMatchObject({ ok: false, statusCode: 200, functionError: 'Unhandled', error: { reason: 'exit' } })
      expect(Buffer.from(result.rawPayload).toString()).toBe(
        JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${result.requestId} Error: ${message}` }),
      )
      expect(platformLines(result)).toEqual([
        'START RequestId: <id> Version: $LATEST',
        `RequestId: <id> Error: ${message}\nRuntime.ExitError`,
        'END RequestId: <id>',
        'REPORT RequestId: <id>\tDuration: <ms>\tBilled Duration: <ms>\tMemory Size: 256 MB\tMax Memory Used: <MB>\tStatus: error\tError Type: Runtime.ExitError',
      ])
      return answerOf(result)
    },
  }),
)

export const exits: Theme = { name: 'exit', cases: [...endings] }
