import { existsSync, readFileSync, rmSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ownTemp, processesIn, processesSaying, startClient, statusIn, userFolderIn } from './support.ts'

const within = { timeout: 8000, interval: 50 }

test.each(['idle', 'busy', 'stopped', 'setsid', 'env-i', 'orphan'])(
  "a killed worker's %s runtime ends, and another worker's doesn't",
  async kind => {
    const temp = ownTemp()
    const other = await startClient(temp, ['idle'])
    const killed = await startClient(temp, [kind])
    expect(processesIn(killed.report.folder).length).toBeGreaterThan(0)
    await killed.kill()
    await vi.waitFor(() => expect(processesIn(killed.report.folder)).toEqual([]), within)
    await vi.waitFor(() => expect(existsSync(killed.report.folder)).toBe(false), within)
    expect(processesIn(other.report.folder)).toEqual([other.report.instances[0]!.pid])
    await other.kill()
    await vi.waitFor(() => expect(existsSync(other.report.folder)).toBe(false), within)
  },
)

test('a descendant that was seen ends, though it has neither group nor marker, parent nor folder in common any more', async () => {
  const temp = ownTemp()
  const client = await startClient(temp, ['wanderer'])
  const wanderers = () => processesSaying(`1000.${client.child.pid}`)
  onTestFinished(() => wanderers().forEach(pid => void process.kill(pid, 'SIGKILL')))
  // Its leader, which has the same words in its script, ends by itself.
  await vi.waitFor(() => expect(wanderers()).toHaveLength(1), within)
  await client.kill()
  await vi.waitFor(() => expect(wanderers()).toEqual([]), within)
})

test.each([
  ['process.exit', 'exit\n'],
  ['an unhandled rejection', 'throw\n'],
])('%s ends what the process had', async (_, said) => {
  const temp = ownTemp()
  const client = await startClient(temp, ['busy', 'setsid', 'stopped'], {}, { stderr: 'ignore' })
  client.child.stdin!.write(said)
  await vi.waitFor(() => expect(processesIn(client.report.folder)).toEqual([]), within)
  await vi.waitFor(() => expect(existsSync(client.report.folder)).toBe(false), within)
})

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s ends what the process had, and not the watchdog', async signal => {
  const temp = ownTemp()
  const client = await startClient(temp, ['stopped', 'setsid'])
  const { pid } = (await statusIn(temp))!
  process.kill(pid, signal)
  client.child.kill(signal)
  await vi.waitFor(() => expect(existsSync(client.report.folder)).toBe(false), within)
  expect(processesIn(temp)).toEqual([])
  expect((await statusIn(temp))!.pid).toBe(pid)
})

test('when the watchdog is killed, its clients start another and tell it what they have', async () => {
  const temp = ownTemp()
  const clients = await Promise.all([startClient(temp, ['idle']), startClient(temp, ['stopped'])])
  const { pid } = (await statusIn(temp))!
  process.kill(pid, 'SIGKILL')
  await vi.waitFor(async () => {
    const status = await statusIn(temp)
    expect(status?.pid).not.toBe(pid)
    expect(status?.clients.filter(({ held }) => held > 1)).toHaveLength(2)
  }, within)
  for (const client of clients) await client.kill()
  await vi.waitFor(() => expect(processesIn(temp)).toEqual([]), within)
  await vi.waitFor(() => expect(existsSync(clients[0].report.folder)).toBe(false), within)
})

test('the watchdog leaves when there is nothing to watch, and takes its socket along', async () => {
  const temp = ownTemp()
  const client = await startClient(temp, ['idle'], { LAMBDA_FIXTURES_IDLE_TIMEOUT: '200ms' })
  const { pid } = (await statusIn(temp))!
  await client.kill()
  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), within)
  expect(existsSync(`${userFolderIn(temp)}/watchdog/v1.sock`)).toBe(false)
  expect(readFileSync(`${userFolderIn(temp)}/watchdog/v1.log`, 'utf8')).toMatch(
    /watches\n.* is gone: .*killed \d+\n.*removed .*\n.*idle; leaves/s,
  )
})

test('a watchdog whose temp folder is removed leaves as well', async () => {
  const temp = ownTemp()
  const client = await startClient(temp, ['idle'], { LAMBDA_FIXTURES_IDLE_TIMEOUT: '200ms' })
  const { pid } = (await statusIn(temp))!
  await client.kill()
  rmSync(temp, { recursive: true })
  await vi.waitFor(() => expect(existsSync(`/proc/${pid}`)).toBe(false), within)
})

test('a terminated thread loses what it had, though its process lives', async () => {
  const temp = ownTemp()
  const host = await startClient(temp, ['thread', 'idle'])
  const [threads, own] = host.report.instances
  await vi.waitFor(() => expect(processesIn(temp)).toContain(threads!.pid), within)
  host.child.stdin!.write('terminate\n')
  await vi.waitFor(() => expect(processesIn(temp)).toEqual([own!.pid]), within)
  expect(host.child.exitCode).toBeNull()
})
