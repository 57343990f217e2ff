import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { digestContext, packContext } from '../../../../../src/backends/engines/images/build-context.ts'

function folderWith(...files: readonly string[]): { context: string; dockerfile: string } {
  const context = mkdtempSync(join(tmpdir(), 'context-'))
  onTestFinished(() => rmSync(context, { recursive: true }))
  for (const file of files) writeFileSync(join(context, file), file)
  return { context, dockerfile: 'Dockerfile' }
}

test('the same files have the same digest, wherever and whenever they were written', async () => {
  const first = await digestContext('docker', folderWith('Dockerfile', 'a', 'b'))
  expect(await digestContext('docker', folderWith('b', 'a', 'Dockerfile'))).toBe(first)
  expect(await digestContext('docker', folderWith('Dockerfile', 'a', 'c'))).not.toBe(first)
})

test('what was sent has the digest of what there is, also where an engine leaves the end unread', async () => {
  const folder = folderWith('Dockerfile', 'a')
  const sent = packContext('docker', folder, async tar => {
    for await (const _ of tar.iterator({ destroyOnReturn: false })) break
  })
  expect(await sent).toBe(await digestContext('docker', folder))
})

test('what the engine says is thrown', async () => {
  const refused = packContext('docker', folderWith('Dockerfile'), () => Promise.reject(new Error('no')))
  await expect(refused).rejects.toThrow('no')
})

test('without Testcontainers it says what to install', async () => {
  vi.doMock('testcontainers/build/container-runtime/clients/image/docker-image-client.js', () => {
    throw new Error('not there')
  })
  onTestFinished(() => vi.doUnmock('testcontainers/build/container-runtime/clients/image/docker-image-client.js'))
  vi.resetModules()
  const fresh = await import('../../../../../src/backends/engines/images/build-context.ts')
  await expect(fresh.digestContext('podman', folderWith('Dockerfile'))).rejects.toMatchObject({
    code: 'MISSING_PEER',
    message:
      'The option image is built with testcontainers, which is not installed, or not in a version that is known (12): npm i -D testcontainers@12',
  })
})
