import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connectEngine } from '../../../../../src/backends/engines/connection/connect-engine.ts'
import { DOCKER_VERSION, PODMAN_VERSION, startEngineDouble } from '../../../../support/engine-double.ts'

test('describes the engine that answers', async () => {
  const { url, port } = await startEngineDouble({ 'GET /version': DOCKER_VERSION })
  expect(await connectEngine('docker', [{ url }])).toMatchObject({
    backend: 'docker',
    flavour: 'docker',
    architecture: 'x86_64',
    url,
    address: { host: '127.0.0.1', port },
  })
})

test('recognises podman behind the API of Docker', async () => {
  const { url } = await startEngineDouble({ 'GET /version': PODMAN_VERSION })
  expect(await connectEngine('docker', [{ url }])).toMatchObject({ backend: 'docker', flavour: 'podman', architecture: 'arm64' })
})

test('tries the hosts in order', async () => {
  const broken = await startEngineDouble({ 'GET /version': [500, { message: 'out of order' }] })
  const working = await startEngineDouble({ 'GET /version': DOCKER_VERSION })
  const spare = await startEngineDouble({ 'GET /version': DOCKER_VERSION })
  const { url } = await connectEngine('docker', [broken, working, spare])
  expect(url).toBe(working.url)
  expect(spare.asked).toEqual([])
})

test('does not ask the host that DOCKER_HOST names when another one is given', async () => {
  const named = await startEngineDouble({ 'GET /version': DOCKER_VERSION })
  const given = await startEngineDouble({ 'GET /version': DOCKER_VERSION })
  const before = process.env.DOCKER_HOST
  process.env.DOCKER_HOST = named.url
  onTestFinished(() => {
    if (before === undefined) delete process.env.DOCKER_HOST
    else process.env.DOCKER_HOST = before
  })
  await connectEngine('docker', [given])
  expect([named.asked, given.asked]).toEqual([[], ['GET /version']])
})

test('names every host with its reason when none answers', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'engines-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'file')
  writeFileSync(file, '')
  chmodSync(file, 0o666)
  const broken = await startEngineDouble({ 'GET /version': [500, { message: 'out of order' }] })
  const hosts = [
    { url: `unix://${folder}/none.sock` },
    { url: `unix://${file}` },
    { url: broken.url, from: 'DOCKER_HOST' },
    { url: 'tcp://:::', from: 'context broken' },
  ]
  const failure = await connectEngine('docker', hosts).catch((error: Error & { data?: object }) => error)
  expect(failure).toMatchObject({ code: 'BACKEND_UNAVAILABLE', data: { backend: 'docker' } })
  expect((failure as Error).message.replaceAll(folder, 'FOLDER').replaceAll(broken.url, 'URL')).toBe(
    'no socket at FOLDER/none.sock; ' +
      'FOLDER/file does not answer: ECONNREFUSED connect ECONNREFUSED FOLDER/file; ' +
      'URL (DOCKER_HOST) does not answer: (HTTP code 500) server error - out of order; ' +
      'tcp://::: (context broken) does not answer: ERR_INVALID_URL Invalid URL ' +
      '(start Docker or set DOCKER_HOST)',
  )
})
