import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { registryCredentials } from '../../../../../src/backends/engines/images/registry-credentials.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

function folderWith(config: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'docker-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  return folder
}

/** A credential helper that answers with what it was asked for as the user's name. */
function installHelper(folder: string, script: string): void {
  const file = join(folder, 'docker-credential-double')
  writeFileSync(file, `#!/bin/sh\nread -r registry\n${script}\n`)
  chmodSync(file, 0o755)
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env.PATH}`)
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
}

test('finds the login of the image’s registry', async () => {
  const folder = folderWith({ auths: { 'registry.corp:5000': { auth: base64('me:pass:word') } } })
  expect(await registryCredentials('registry.corp:5000/team/image:1', folder)).toEqual({
    username: 'me',
    password: 'pass:word',
    serveraddress: 'registry.corp:5000',
  })
  expect(await registryCredentials('other.corp/image:1', folder)).toBeUndefined()
})

test.each(['node:24', 'library/node:24'])('an image without a registry is Docker Hub’s: %s', async reference => {
  const folder = folderWith({ auths: { 'https://index.docker.io/v1/': { identitytoken: 'token' } } })
  expect(await registryCredentials(reference, folder)).toEqual({
    identitytoken: 'token',
    serveraddress: 'https://index.docker.io/v1/',
  })
})

test('a URL names a registry, too', async () => {
  const folder = folderWith({ auths: { 'https://registry.corp': { auth: base64('me:x') } } })
  expect(await registryCredentials('registry.corp/image', folder)).toMatchObject({ username: 'me' })
})

test('asks the registry’s own helper, or the one for all', async () => {
  const folder = folderWith({ credHelpers: { 'a.corp': 'double' } })
  installHelper(folder, `echo "{\\"Username\\":\\"$registry\\",\\"Secret\\":\\"s\\"}"`)
  expect(await registryCredentials('a.corp/image', folder)).toEqual({
    username: 'a.corp',
    password: 's',
    serveraddress: 'a.corp',
  })
  expect(await registryCredentials('b.corp/image', folder)).toBeUndefined()
  writeFileSync(join(folder, 'config.json'), '{"credsStore":"double"}')
  expect(await registryCredentials('b.corp/image', folder)).toMatchObject({ username: 'b.corp' })
})

test('a helper may answer with a token', async () => {
  const folder = folderWith({ credsStore: 'double' })
  installHelper(folder, `echo '{"Username":"<token>","Secret":"t"}'`)
  expect(await registryCredentials('a.corp/image', folder)).toEqual({ identitytoken: 't', serveraddress: 'a.corp' })
})

test.each([
  ['fails', 'exit 1'],
  ['answers nonsense', 'echo nonsense'],
])('a helper that %s leaves the login of the configuration', async (_, script) => {
  const folder = folderWith({ credsStore: 'double', auths: { 'a.corp': { auth: base64('me:x') } } })
  installHelper(folder, script)
  expect(await registryCredentials('a.corp/image', folder)).toMatchObject({ username: 'me' })
})

test('there may be no configuration', async () => {
  expect(await registryCredentials('a.corp/image', '/nowhere')).toBeUndefined()
})
