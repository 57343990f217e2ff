import { expect, test } from 'vitest'
import { connectEngine } from '../../../../../src/backends/engines/connection/connect-engine.ts'
import { explainEnd } from '../../../../../src/backends/engines/containers/container-end.ts'
import { DOCKER_VERSION, type EngineDouble, startEngineDouble } from '../../../../support/engine-double.ts'

const died = (exitCode: string): object => ({ Action: 'die', Actor: { Attributes: { exitCode } } })

async function explain(events: readonly object[], isPaused = false): Promise<[string | undefined, EngineDouble]> {
  const engine = await startEngineDouble({
    'GET /version': DOCKER_VERSION,
    'GET /containers/c1/json': isPaused ? { State: { Paused: true } } : [404, { message: 'gone' }],
    'GET /events': { lines: events },
  })
  const { docker } = await connectEngine('docker', [engine])
  return [await explainEnd(docker, 'c1', Date.now()), engine]
}

test.each<readonly [string, readonly object[], string | undefined]>([
  ['an exit', [{ Action: 'start' }, died('3')], 'it ended with exit code 3'],
  ['a kill', [{ Action: 'start' }, died('137')], 'it was killed (exit code 137)'],
  ['the kernel', [{ Action: 'oom' }, died('137')], 'the kernel killed it, because it used too much memory'],
  ['a wrong setting of the init', [died('64')], 'its init was given a wrong setting'],
  ['podman’s names', [{ Action: 'died', Actor: { Attributes: { containerExitCode: '4' } } }], 'it ended with exit code 4'],
  ['an event of an old API', [{ status: 'die' }], 'it ended with exit code ?'],
  ['a removal', [{ Action: 'start' }, { Action: 'destroy' }], 'it was removed'],
  ['podman’s removal before the end', [{ Action: 'start' }, { Action: 'remove' }, died('1')], 'it ended with exit code 1'],
  ['podman’s removal of what never started', [{ Action: 'remove' }], 'it was removed'],
  ['nothing', [{ Action: 'start' }], undefined],
])('%s', async (_, events, reason) => {
  expect((await explain(events))[0]).toBe(reason)
})

test('a paused container is called so, and no events are read', async () => {
  const [reason, { asked }] = await explain([died('1')], true)
  expect(reason).toBe('it is paused')
  expect(asked).not.toContain('GET /events')
})

test('asks for the events of this container since it was created', async () => {
  const [, { requests }] = await explain([died('1')])
  const { query } = requests.find(({ path }) => path === '/events')!
  expect(JSON.parse(query.get('filters')!)).toEqual({ container: ['c1'] })
  expect(Number(query.get('until')) - Number(query.get('since'))).toBeLessThanOrEqual(4)
})
