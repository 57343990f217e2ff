import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { engineAddress } from '../../../../../src/backends/engines/connection/engine-address.ts'

test.each([
  ['unix:///x.sock', { socketPath: '/x.sock' }],
  ['tcp://[::1]:2375', { host: '::1', port: 2375 }],
  ['tcp://10.0.0.1', { host: '10.0.0.1', port: 2375 }],
  ['10.0.0.1:1234', { host: '10.0.0.1', port: 1234 }],
  ['https://engine.example', { host: 'engine.example', port: 2376, tls: {} }],
  ['ssh://me@there', undefined],
])('%s', (url, address) => {
  expect(engineAddress(url)).toEqual(address)
})

test('reads the certificates that exist in the given folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'certificates-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'ca.pem'), 'CA')
  expect(engineAddress('tcp://10.0.0.1', folder)).toEqual({ host: '10.0.0.1', port: 2376, tls: { ca: 'CA' } })
})

test('throws for what is not a URL', () => {
  expect(() => engineAddress('tcp://:::')).toThrow('Invalid URL')
})
