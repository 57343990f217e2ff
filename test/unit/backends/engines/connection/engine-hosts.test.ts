import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dockerHosts } from '../../../../../src/backends/engines/connection/docker-hosts.ts'
import { engineConnection } from '../../../../../src/backends/engines/connection/engine-address.ts'
import { podmanHosts } from '../../../../../src/backends/engines/connection/podman-hosts.ts'

function home(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'lf-home-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

describe('where Docker is', () => {
  test('DOCKER_HOST is the only one', () => {
    expect(dockerHosts({ DOCKER_HOST: 'tcp://10.0.0.1:2375' }, home())).toEqual([
      { url: 'tcp://10.0.0.1:2375', from: 'DOCKER_HOST', named: true },
    ])
  })

  test('TLS by DOCKER_CERT_PATH', () => {
    const [host] = dockerHosts({ DOCKER_HOST: 'tcp://10.0.0.1:2376', DOCKER_CERT_PATH: home({ 'ca.pem': 'CA' }) }, home())
    expect(engineConnection(host!).address).toEqual({ host: '10.0.0.1', port: 2376, tls: { ca: 'CA' } })
  })

  test('the current context', () => {
    const id = createHash('sha256').update('colima').digest('hex')
    const meta = JSON.stringify({ Name: 'colima', Endpoints: { docker: { Host: 'unix:///colima/docker.sock' } } })
    const folder = home({ '.docker/config.json': '{"currentContext":"colima"}', [`.docker/contexts/meta/${id}/meta.json`]: meta })
    expect(dockerHosts({}, folder)).toEqual([{ url: 'unix:///colima/docker.sock', from: 'context colima', named: true }])
    expect(dockerHosts({ DOCKER_CONTEXT: 'default' }, folder)[0]?.url).toBe('unix:///var/run/docker.sock')
  })

  test('the usual sockets that are there', () => {
    const folder = home({ '.docker/run/docker.sock': '' })
    expect(dockerHosts({}, folder).map(({ url }) => url)).toEqual([
      'unix:///var/run/docker.sock',
      `unix://${folder}/.docker/run/docker.sock`,
    ])
  })
})

describe('where podman is', () => {
  test.each(['LAMBDA_FIXTURES_PODMAN', 'CONTAINER_HOST'])('%s', name => {
    expect(podmanHosts({ [name]: 'unix:///x.sock' }, home())).toEqual([{ url: 'unix:///x.sock', from: name, named: true }])
  })

  test("root's socket for root, else the user's own first", () => {
    const [first] = podmanHosts({ XDG_RUNTIME_DIR: '/run/user/7' }, home())
    expect(first?.url).toBe(process.getuid?.() === 0 ? 'unix:///run/podman/podman.sock' : 'unix:///run/user/7/podman/podman.sock')
  })
})

test('addresses', () => {
  const of = (url: string) => engineConnection({ url, from: '', named: true }).address
  expect(of('unix:///x.sock')).toEqual({ socketPath: '/x.sock' })
  expect(of('npipe:////./pipe/docker_engine')).toEqual({ socketPath: '//./pipe/docker_engine' })
  expect(of('tcp://[::1]:2375')).toEqual({ host: '::1', port: 2375 })
  expect(of('10.0.0.1:1234')).toEqual({ host: '10.0.0.1', port: 1234 })
  expect(of('ssh://me@there')).toBeUndefined()
})
