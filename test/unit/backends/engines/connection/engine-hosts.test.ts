import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { engineHosts } from '../../../../../src/backends/engines/connection/engine-hosts.ts'

function home(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'lf-home-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

/** A Docker configuration whose current context is `colima`. */
function contextFiles(url: string): Record<string, string> {
  const id = createHash('sha256').update('colima').digest('hex')
  return {
    '.docker/config.json': '{"currentContext":"colima"}',
    [`.docker/contexts/meta/${id}/meta.json`]: JSON.stringify({ Name: 'colima', Endpoints: { docker: { Host: url } } }),
    [`.docker/contexts/tls/${id}/docker/ca.pem`]: 'CA',
  }
}

describe('docker', () => {
  test('DOCKER_HOST is the only host', () => {
    const folder = home(contextFiles('unix:///colima/docker.sock'))
    expect(engineHosts('docker', { DOCKER_HOST: 'tcp://10.0.0.1:2375' }, folder)).toEqual([
      { url: 'tcp://10.0.0.1:2375', from: 'DOCKER_HOST' },
    ])
  })

  test('DOCKER_CERT_PATH names the certificates, and DOCKER_TLS_VERIFY alone uses those of the configuration', () => {
    const host = { url: 'tcp://10.0.0.1:2376', from: 'DOCKER_HOST' }
    const env = { DOCKER_HOST: host.url }
    expect(engineHosts('docker', { ...env, DOCKER_CERT_PATH: '/certs' }, '/home')).toEqual([{ ...host, certificates: '/certs' }])
    expect(engineHosts('docker', { ...env, DOCKER_TLS_VERIFY: '1' }, '/home')).toEqual([
      { ...host, certificates: '/home/.docker' },
    ])
  })

  test('a socket needs no certificates', () => {
    const env = { DOCKER_HOST: 'unix:///x.sock', DOCKER_CERT_PATH: '/certs' }
    expect(engineHosts('docker', env, '/home')).toEqual([{ url: 'unix:///x.sock', from: 'DOCKER_HOST' }])
  })

  test('the current context is used, unless DOCKER_CONTEXT selects the default one', () => {
    const folder = home(contextFiles('unix:///colima/docker.sock'))
    expect(engineHosts('docker', {}, folder)).toEqual([{ url: 'unix:///colima/docker.sock', from: 'context colima' }])
    expect(engineHosts('docker', { DOCKER_CONTEXT: 'default' }, folder)[0]?.url).toBe('unix:///var/run/docker.sock')
  })

  test('a context may have certificates', () => {
    const [host] = engineHosts('docker', {}, home(contextFiles('tcp://10.0.0.1:2376')))
    expect(host?.certificates).toMatch(/contexts\/tls\/[\da-f]{64}\/docker$/)
  })

  test('the default sockets are those that exist, after the first', () => {
    const folder = home({ '.docker/run/docker.sock': '' })
    expect(engineHosts('docker', {}, folder)).toEqual([
      { url: 'unix:///var/run/docker.sock' },
      { url: `unix://${folder}/.docker/run/docker.sock` },
    ])
  })
})

describe('podman', () => {
  test.each(['LAMBDA_FIXTURES_PODMAN', 'CONTAINER_HOST'])('%s is the only host', name => {
    expect(engineHosts('podman', { [name]: 'unix:///x.sock' }, home())).toEqual([{ url: 'unix:///x.sock', from: name }])
    expect(engineHosts('podman', { [name]: '/x.sock' }, home())).toEqual([{ url: 'unix:///x.sock', from: name }])
  })

  test("root's socket comes first for root, and the user's own for everybody else", () => {
    const [first] = engineHosts('podman', { XDG_RUNTIME_DIR: '/run/user/7' }, home())
    expect(first?.url).toBe(process.getuid?.() === 0 ? 'unix:///run/podman/podman.sock' : 'unix:///run/user/7/podman/podman.sock')
  })
})
