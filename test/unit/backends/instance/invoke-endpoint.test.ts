import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, expect, test } from 'vitest'
import { EnvironmentInstance } from '../../../../src/backends/instance/environment-instance.ts'
import { InProcessSandbox } from '../../../support/in-process-sandbox.ts'
import { lambdaFunction } from '../../../support/lambda-function.ts'

let instance: EnvironmentInstance

async function launch(handler?: (event: string) => string): Promise<EnvironmentInstance> {
  instance = new EnvironmentInstance({
    fn: lambdaFunction(),
    id: 'a'.repeat(32),
    backend: 'test',
    sandbox: new InProcessSandbox(handler && { handler }),
    taskRoot: '/var/task',
    handle: () => ({ kind: 'container', id: 'c' }),
    onEnded: () => undefined,
  })
  await instance.launch()
  return instance
}

afterEach(() => instance.end())

test('answers a POST as AWS’s emulator does, with AWS’s headers', async () => {
  const url = await (await launch(event => `{"got":${event}}`)).endpoint()
  const response = await fetch(url, { method: 'POST', body: '{"a":1}' })
  expect(await response.json()).toEqual({ got: { a: 1 } })
  expect(new URL(url).pathname).toBe('/2015-03-31/functions/function/invocations')
  const requestId = response.headers.get('x-amzn-requestid')
  expect(response.headers.get('x-amz-executed-version')).toBe('$LATEST')
  expect(response.headers.get('x-amz-function-error')).toBeNull()
  const tail = Buffer.from(response.headers.get('x-amz-log-result') ?? '', 'base64').toString()
  expect(tail).toMatch(new RegExp(`^START RequestId: ${requestId} `))
})

test('sends {} for an empty body', async () => {
  const url = await (await launch()).endpoint()
  expect(await (await fetch(url, { method: 'POST' })).text()).toBe('{}')
})

test('makes concurrent requests wait their turn', async () => {
  const url = await (await launch()).endpoint()
  const answers = ['1', '2', '3'].map(async body => await (await fetch(url, { method: 'POST', body })).text())
  expect(await Promise.all(answers)).toEqual(['1', '2', '3'])
})

test('refuses an event over AWS’s limit with 413', async () => {
  const url = await (await launch()).endpoint()
  const body = JSON.stringify('x'.repeat(6_291_456))
  expect((await fetch(url, { method: 'POST', body })).status).toBe(413)
})

test('is opened once, however often it is asked for', async () => {
  await launch()
  const urls = await Promise.all([instance.endpoint(), instance.endpoint(), instance.endpoint()])
  expect(new Set(urls).size).toBe(1)
})

test('listens on 127.0.0.1 only', async () => {
  const { hostname, port } = new URL(await (await launch()).endpoint())
  expect(hostname).toBe('127.0.0.1')
  const others = Object.values(networkInterfaces()).flatMap(list => list ?? [])
  const addresses = others.map(({ address }) => address).filter(address => !/^(127\.0\.0\.1|fe80:.*)$/.test(address))
  const refused = await Promise.all(addresses.map(address => isRefused(Number(port), address)))
  expect(addresses).not.toEqual([])
  expect(refused).not.toContain(false)
})

test('is closed with the instance', async () => {
  const { port } = new URL(await (await launch()).endpoint())
  await instance.end()
  expect(await isRefused(Number(port), '127.0.0.1')).toBe(true)
})

test('does not open when the instance has ended or ends meanwhile', async () => {
  const opening = (await launch()).endpoint()
  await instance.end()
  const error = { code: 'INSTANCE_LOST', message: 'This instance of "orders" has ended, so it has no endpoint.' }
  await expect(opening).rejects.toMatchObject(error)
  await expect(instance.endpoint()).rejects.toMatchObject(error)
})

function isRefused(port: number, host: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, host, () => {
      socket.destroy()
      resolve(false)
    })
    socket.on('error', () => resolve(true))
  })
}
