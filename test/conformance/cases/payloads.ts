import { expect } from 'vitest'
import { answerOf } from '../answers.ts'
import type { ConformanceCase, Theme } from '../case.ts'
import { MANAGED } from '../languages.ts'
import { refusal } from './refusal.ts'

const VALUES: Readonly<Record<string, unknown>> = {
  object: { nested: { list: [1, 2.5, -3e-7], empty: {} } },
  list: [null, true, 'x'],
  null: null,
  true: true,
  number: 12.5,
  text: 'plain',
  'text of every plane': 'ÄÖ ∑ 漢字 🦊 \u2028',
  'a long text': 'x'.repeat(100_000),
}

const roundTrips = Object.entries(VALUES).map(
  ([kind, value]): ConformanceCase => ({
    name: `${kind} comes back as it went`,
    contract: '1.3, 2.2',
    in: kind === 'a long text' ? MANAGED : ['nodejs24', 'nodejs22', 'python', 'provided'],
    async run(lab) {
      const result = await lab.invoke({ op: 'value', value })
      expect(result.payload).toEqual(value)
      return kind === 'a long text' ? '100,000 characters' : answerOf(result)
    },
  }),
)

export const payloads: Theme = {
  name: 'payloads',
  cases: [
    ...roundTrips,
    {
      name: 'no event is {}',
      contract: '1.2',
      in: ['provided'],
      async run(lab) {
        const result = await lab.invoke(undefined)
        expect(Buffer.from(result.rawPayload).toString()).toBe('{}')
        return answerOf(result)
      },
    },
    {
      name: 'an event of no bytes is {}',
      contract: '1.2',
      in: ['provided'],
      async run(lab) {
        const result = await lab.invoke(new Uint8Array())
        expect(Buffer.from(result.rawPayload).toString()).toBe('{}')
        return answerOf(result)
      },
    },
    {
      name: 'a handler that returns nothing answers null',
      contract: '2.2',
      async run(lab) {
        const result = await lab.invoke({ op: 'nothing' })
        expect(Buffer.from(result.rawPayload).toString()).toBe('null')
        return answerOf(result)
      },
    },
    {
      name: 'bytes arrive as they are, white space and order of keys included',
      contract: '1.2',
      in: ['provided'],
      async run(lab) {
        const text = '{ "op":"echo",\t"b": 1.0, "a":1e2}'
        const result = await lab.invoke(Buffer.from(text))
        expect(Buffer.from(result.rawPayload).toString()).toBe(text)
        return text
      },
    },
    {
      name: 'what is no JSON is refused',
      contract: '2.3',
      async run(lab) {
        const error = await refusal(lab.invoke(Buffer.from('{"op":')))
        expect(error).toMatchObject({ name: 'InvalidRequestContentException', statusCode: 400 })
        expect(error.message).toMatch(/^Could not parse request body into json: /)
        return '400 InvalidRequestContentException: Could not parse request body into json: …'
      },
    },
    {
      name: 'what is no UTF-8 is refused',
      contract: '2.3',
      async run(lab) {
        const error = await refusal(lab.invoke(Buffer.from([0x22, 0x87, 0x22])))
        expect(error).toMatchObject({ name: 'InvalidRequestContentException', statusCode: 400 })
        expect(error.message).toMatch(
          /^Could not parse request body into json: Could not parse payload into json: Invalid UTF-8 start byte 0x87/,
        )
        return '400 InvalidRequestContentException: … Invalid UTF-8 start byte 0x87'
      },
    },
  ],
}
