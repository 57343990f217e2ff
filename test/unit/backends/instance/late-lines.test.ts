import { expect, test } from 'vitest'
import { lateLineNotice } from '../../../../src/backends/instance/late-lines.ts'
import { registerSecret } from '../../../../src/errors/secrets.ts'
import { record } from '../../../support/results.ts'

test('is printed once for a function, without secrets, cut to 100 characters', () => {
  registerSecret('l4te-secret')
  const written: string[] = []
  const notice = lateLineNotice('late-lines', text => written.push(text))
  notice(record(`${'x'.repeat(94)}l4te-secret`))
  notice(record('another'))
  expect(written).toHaveLength(1)
  expect(written[0]).toContain(`late-lines logged "${'x'.repeat(94)}***" after`)
  const long: string[] = []
  lateLineNotice('long-late-lines', text => long.push(text))(record('y'.repeat(200)))
  expect(long[0]).toContain(`"${'y'.repeat(100)}…"`)
})
