import { existsSync, rmSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { logIn, ownTemp, processesIn, processesSaying, socketIn, startClient, statusIn, WITHIN } from './support.ts'

test('the runtimes of a killed worker end, however they hide, and those of another worker go on', async () => {
  const temp = ownTemp()
  const other = await startClient(temp, ['idle'])
  const killed = await startClient(temp, ['idle', 'busy', 'stopped', 'setsid', 'env-i', 'orphan'])
  expect(processesIn(killed.report.folder).length).toBeGreaterThan(6)
  await killed.kill()
  await vi.waitFor(() => expect(processesIn(killed.report.folder)).toEqual([]), WITHIN)
  await vi.waitFor(() => expect(existsSync(killed.report.folder)).toBe(false), WITHIN)
  expect(processesIn(other.report.folder)).toEqual([other.report.instances[0]!.pid])
  await other.kill()
  await vi.waitFor(() => expect(existsSync(other.report.folder)).toBe(false), WITHIN)
})

test('a descendant that was seen ends, although it left its group, its parent, its folder and its environment', async () => {
  const temp = ownTemp()
  const client = await startClient(temp, ['wanderer'])
  const wanderers = () => processesSaying(`60.${client.child.pid}`)
  onTestFinished(() => wanderers().forEach(pid => void process.kill(pid, 'SIGKILL')))
  await vi.waitFor(() => expect(wanderers()).toHaveLength(1), WITHIN)
  await client.kill()
  await vi.waitFor(() => expect(wanderers()).toEqual([]), WITHIN)
})

test.each([
  ['process.exit()', 'exit\n'],
  ['an unhandled rejection', 'throw\n'],
])('runtimes end when their test process ends by %s', async (_, said) => {
  const temp = ownTemp()
  const client = await startClient(temp, ['busy', 'setsid', 'stopped'], {}, { stderr: 'ignore' })
  client.child.stdin!.write(said)
  await vi.waitFor(() => expect(processesIn(client.report.folder)).toEqual([]), WITHIN)
  await vi.waitFor(() => expect(existsSync(client.report.folder)).toBe(false), WITHIN)
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s to all processes ends the runtimes, and not the watchdog',
  async signal => {
    const temp = ownTemp()
    const client = await startClient(temp, ['stopped', 'setsid'])
    const { pid } = (await statusIn(temp))!
    process.kill(pid, signal)
    client.child.kill(signal)
    await vi.waitFor(() => expect(existsSync(client.report.folder)).toBe(false), WITHIN)
    expect(processesIn(temp)).toEqual([])
    expect((await statusIn(temp))!.pid).toBe(pid)
  },
)

test('when the watchdog is killed, its clients start another one and register again', async () => {
  const temp = ownTemp()
  const clients = await Promise.all([startClient(temp, ['idle']), startClient(temp, ['stopped'])])
  const { pid } = (await statusIn(temp))!
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(async () => {
    const status = await statusIn(temp)
    expect(status?.pid).not.toBe(pid)
    expect(status?.clients.filter(({ resources }) => resources > 1)).toHaveLength(2)
  }, WITHIN)
  for (const client of clients) await client.kill()
  await vi.waitFor(() => expect(processesIn(temp)).toEqual([]), WITHIN)
  await vi.waitFor(() => expect(existsSync(clients[0].report.folder)).toBe(false), WITHIN)
})

test('the watchdog leaves when it has nothing to watch, and removes its socket', async () => {
  const temp = ownTemp()
  const client = await startClient(temp, ['idle'], { LAMBDA_FIXTURES_IDLE_TIMEOUT: '200ms' })
  const { pid } = (await statusIn(temp))!
  await client.kill()
  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), WITHIN)
  expect(existsSync(socketIn(temp))).toBe(false)
  expect(logIn(temp)).toMatch(/watches\n.* is gone: .*killed \d+\n.*removed .*\n.*has nothing to watch; leaves/s)
})

test('a watchdog whose temporary folder is removed leaves, too', async () => {
  const temp = ownTemp()
  const client = await startClient(temp, ['idle'], { LAMBDA_FIXTURES_IDLE_TIMEOUT: '200ms' })
  const { pid } = (await statusIn(temp))!
  await client.kill()
  rmSync(temp, { recursive: true })
  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), WITHIN)
})

test('the runtimes of a terminated thread end, although its process lives', async () => {
  const temp = ownTemp()
  const host = await startClient(temp, ['thread', 'idle'])
  const [threads, own] = host.report.instances
  await vi.waitFor(() => expect(processesIn(temp)).toContain(threads!.pid), WITHIN)
  host.child.stdin!.write('terminate\n')
  await vi.waitFor(() => expect(processesIn(temp)).toEqual([own!.pid]), WITHIN)
  expect(host.child.exitCode).toBeNull()
})
