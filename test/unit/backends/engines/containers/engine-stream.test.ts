import { expect, test } from 'vitest'
import { connectEngine } from '../../../../../src/backends/engines/connection/connect-engine.ts'
import { openEngineStream } from '../../../../../src/backends/engines/containers/engine-stream.ts'
import { DOCKER_VERSION, startEngineDouble } from '../../../../support/engine-double.ts'

async function open(status: number, message: string): Promise<unknown> {
  const double = await startEngineDouble({ 'GET /version': DOCKER_VERSION, 'POST /containers/c1/exec': [status, { message }] })
  const engine = await connectEngine('docker', [double])
  return await openEngineStream(engine, engine.docker.getContainer('c1'), ['/lf/init', '-x', 'id']).catch((error: Error) => error)
}

test.each([
  [404, 'No such container: c1', 'The container is lost: it was removed.'],
  [409, 'Container c1 is not running', 'The container is lost: it does not run any more.'],
  [
    409,
    'can only create exec sessions on running containers: container state improper',
    'The container is lost: it does not run any more.',
  ],
])('a container that is gone is lost for good (%i %s)', async (status, answer, message) => {
  expect(await open(status, answer)).toMatchObject({ code: 'INSTANCE_LOST', message })
})

test('any other refusal may be tried again', async () => {
  const failure = (await open(500, 'the daemon is busy')) as Error & { code?: string }
  expect([failure.code, failure.message]).toEqual([undefined, expect.stringContaining('the daemon is busy')])
})
