import { expect, test } from 'vitest'
import { snapshotSerializer } from '../../../../src/matchers/runners/snapshot-serializer.ts'
import { failure, jsonRecord, REQUEST_ID, record, success } from '../../../support/results.ts'

expect.addSnapshotSerializer(snapshotSerializer)

test('prints payload and log, without ids and times', () => {
  const logs = [record(`accepted in ${REQUEST_ID}\n`), jsonRecord({ level: 'INFO', message: 'charged' })]
  expect(success({ total: 84 }, { logs })).toMatchInlineSnapshot(`
    {
      "logs": [
        "accepted in <requestId>",
        "charged",
      ],
      "ok": true,
      "payload": {
        "total": 84,
      },
    }
  `)
})
test('prints an error without its stack', () => {
  const logs = [
    record('received'),
    record('Invoke Error\t{"errorType":"ValidationError","stack":["at /tmp/x1/index.mjs:1:1"]}', { level: 'ERROR' }),
  ]
  expect(failure({ logs })).toMatchInlineSnapshot(`
    {
      "error": {
        "errorMessage": "qty must be > 0",
        "errorType": "ValidationError",
        "reason": "error",
      },
      "logs": [
        "received",
      ],
      "ok": false,
    }
  `)
})
test('prints results inside other values', () => {
  expect({ results: [success(1, { logs: [] })] }).toMatchInlineSnapshot(`
    {
      "results": [
        {
          "logs": [],
          "ok": true,
          "payload": 1,
        },
      ],
    }
  `)
})
test('JSON.stringify prints the same', () => {
  expect(JSON.stringify(success({ total: 84 }))).toMatchInlineSnapshot(
    `"{"ok":true,"payload":{"total":84},"logs":["received {\\"qty\\":0}"]}"`,
  )
})
