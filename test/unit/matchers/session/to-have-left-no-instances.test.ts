import { expect, test } from 'vitest'
import { launch, session } from '../../../../src/index.ts'
import { userFolderPath } from '../../../../src/platform/user-folder.ts'
import { asyncFailureText } from '../../../support/failure-text.ts'

const echo = {
  functionName: 'orders',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  code: { 'index.js': 'exports.handler = async event => event' },
  backend: 'process',
} as const

const readable = (text: string): string =>
  text
    .replaceAll(session().id, '$SESSION')
    .replaceAll(userFolderPath(), '$FOLDER')
    .replaceAll(String(process.pid), '$PID')
    .replace(/process \d+ /, 'process $CHILD ')
    .replace(/\/\$PID-[\d-]+\/instances/, '/$PID-$START/instances')
    .replace(/\$SESSION[0-9a-f]{16}/, '$INSTANCE')
    .replace(/: \S*node .*…/, ': node …')

test('passes when all instances have ended, and lists those that have not', async () => {
  const fn = await launch(echo)
  await fn({})
  const text = await asyncFailureText(expect(session()).toHaveLeftNoInstances())
  await expect(session()).not.toHaveLeftNoInstances()
  await fn.terminate()
  await expect(session()).toHaveLeftNoInstances()
  expect(readable(text)).toMatchInlineSnapshot(`
    "expect(session()).toHaveLeftNoInstances()

    Expected session $SESSION to have left no instances, but 2 resources of its instances still exist

      process $CHILD (process, function orders, launched by process $PID): node …
      folder $FOLDER/sessions/$SESSION/$PID-$START/instances/$INSTANCE (process, launched by process $PID)

    The library terminates what lambda() declares. A handle of launch() needs "await using" or terminate(). The watchdog ends what a killed worker left within seconds."
  `)
})

test('with .not says that none exist', async () => {
  const text = await asyncFailureText(expect(session()).not.toHaveLeftNoInstances())
  expect(readable(text)).toMatchInlineSnapshot(`
    "expect(session()).not.toHaveLeftNoInstances()

    Expected session $SESSION to have left instances, but none exist"
  `)
})

test.each([
  ['a Promise', Promise.resolve()],
  ['the function session itself: call it', session],
  ['undefined', undefined],
  ['the payload itself', { total: 84 }],
])('explains %s, also with .not', async (what, received) => {
  for (const assertion of [expect(received), expect(received).not]) {
    const text = await asyncFailureText(assertion.toHaveLeftNoInstances())
    expect(text).toContain(`toHaveLeftNoInstances needs session(), but received ${what}`)
  }
})
