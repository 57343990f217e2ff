import { describe, expect, test } from 'vitest'
import { HostAccess, localPorts } from '../../../../src/backends/instance/host-access.ts'

describe('ports of this machine in a value', () => {
  test.each([
    ['http://localhost:3000/x', [3000]],
    ['http://127.0.0.1', [80]],
    ['postgres://user:pass@localhost/db', [5432]],
    ['mongodb+srv://localhost/db', [27017]],
    ['localhost:9092,localhost:9093', [9092, 9093]],
    ['redis://localhost:6380', [6380]],
    ['http://[::1]:3000/x', [3000]],
    ['http://[::1]', [80]],
    ['http://[::12]:3000', []],
    ['http://notlocalhost:3000', []],
    ['http://localhost.example.com:3000', []],
    ['http://example.com/?at=localhost', []],
    ['127.0.0.15:80', []],
    ['localhost:99999', []],
  ])('%s: %o', (value, ports) => {
    expect(localPorts(value)).toEqual(ports)
  })
})

describe('host access', () => {
  const fn = (environment: Record<string, string>, hostAccess?: boolean) =>
    ({ functionName: 'orders', environment, ...(hostAccess === undefined ? {} : { hostAccess }) }) as never

  test('asked for by hostUrl, or named by a variable', () => {
    const access = new HostAccess()
    expect(access.hostUrl(new URL('http://0.0.0.0:3000/x'))).toBe('http://localhost:3000/x')
    expect(access.hostUrl(new URL('http://[::1]:3001/x'))).toBe('http://localhost:3001/x')
    expect(access.hostUrl(new URL('postgres://127.0.0.1/x'))).toBe('postgres://127.0.0.1/x')
    expect(access.hostUrl(new URL('https://example.com/x'))).toBe('https://example.com/x')
    expect(access.reachableBy(fn({ DB: 'mysql://localhost:3307/x' }))).toEqual({ ports: [3000, 3001, 5432, 3307], ipv6: false })
    expect(access.reachableBy(fn({ URL: 'http://[::1]:3308/x' }))).toMatchObject({ ipv6: true })
  })

  test('turned off', () => {
    const reachable = new HostAccess().reachableBy(fn({ DB: 'mysql://[::1]:3307/x' }, false))
    expect(reachable).toEqual({ ports: [], ipv6: false })
  })
})
