import Docker from 'dockerode'
import { expect, test } from 'vitest'
import { connectEngine } from '../../../../../src/backends/engines/connection/connect-engine.ts'
import { removeContainer } from '../../../../../src/backends/engines/containers/remove-container.ts'
import {
  DOCKER_VERSION,
  type EngineAnswer,
  type EngineDouble,
  type EngineRequest,
  startEngineDouble,
} from '../../../../support/engine-double.ts'

const DELETE = 'DELETE /containers/c1'
const REFUSED = [500, { message: 'container is paused' }] as const

async function remove(
  answers: Record<string, EngineAnswer | ((request: EngineRequest) => EngineAnswer | undefined)>,
): Promise<EngineDouble & { readonly outcome: unknown }> {
  const engine = await startEngineDouble({ 'GET /version': DOCKER_VERSION, ...answers })
  const { docker } = await connectEngine('docker', [engine])
  const outcome = await removeContainer(docker.getContainer('c1')).catch((error: Error) => error.message)
  return { ...engine, outcome, asked: engine.asked.slice(1) }
}

test('removes a container with its volumes, in whatever state it is', async () => {
  const { outcome, asked, requests } = await remove({ [DELETE]: [204, ''] })
  expect([outcome, asked]).toEqual([undefined, [DELETE]])
  expect(Object.fromEntries(requests.at(-1)!.query)).toEqual({ force: 'true', v: 'true' })
})

test.each([
  [404, 'No such container: c1'],
  [500, 'container c1 does not exist in database: no such container'],
])('a container that does not exist is removed (%i)', async (status, message) => {
  expect(await remove({ [DELETE]: [status, { message }] })).toMatchObject({ outcome: undefined, asked: [DELETE] })
})

test('waits for a removal that somebody else has begun', async () => {
  const { outcome, asked, requests } = await remove({
    [DELETE]: [409, { message: 'removal of container c1 is already in progress' }],
    'POST /containers/c1/wait': { StatusCode: 0 },
  })
  expect([outcome, asked]).toEqual([undefined, [DELETE, 'POST /containers/c1/wait']])
  expect(requests.at(-1)!.query.get('condition')).toBe('removed')
})

test('ends a container that the engine refuses to remove, and tries again', async () => {
  let tries = 0
  const { outcome, asked } = await remove({
    [DELETE]: () => (++tries === 1 ? REFUSED : [204, '']),
    'POST /containers/c1/unpause': [204, ''],
    'POST /containers/c1/kill': [204, ''],
    'POST /containers/c1/wait': { StatusCode: 137 },
  })
  const between = ['unpause', 'kill', 'wait'].map(action => `POST /containers/c1/${action}`)
  expect([outcome, asked]).toEqual([undefined, [DELETE, ...between, DELETE]])
})

test('gives up with the engine’s words when it goes on refusing', async () => {
  const { outcome, asked } = await remove({ [DELETE]: REFUSED })
  expect(outcome).toMatch(/container is paused/)
  expect(asked.filter(line => line === DELETE)).toHaveLength(3)
})

test('does not try again when the engine does not answer', async () => {
  const container = new Docker({ socketPath: '/nowhere/engine.sock' }).getContainer('c1')
  await expect(removeContainer(container)).rejects.toThrow('ENOENT')
})
