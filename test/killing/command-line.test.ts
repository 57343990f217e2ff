import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test, vi } from 'vitest'
import { currentOwner } from '../../src/model/owner.ts'
import { builtPackage } from '../support/built-package.ts'
import {
  cleanEnv,
  node,
  ownTemp,
  root,
  spawnTied,
  startClient,
  statusIn,
  userFolderIn,
  WITHIN,
  withoutEngines,
} from './support.ts'

const program = join(await builtPackage(), 'dist/cli.mjs')

function run(temp: string, ...args: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: cleanEnv(temp, withoutEngines),
  })
  const text = (stdout + stderr)
    .replaceAll(userFolderIn(temp), '$FOLDER')
    .replaceAll(process.version, '$VERSION')
    .replaceAll(`${process.platform} ${process.arch}`, '$PLATFORM')
    .replace(/pid \d+, protocol (\d+), up \d+ s, \d+ MB/, 'pid $PID, protocol $1, up $SECONDS s, $MB MB')
    .replace(/\S+Z \[\d+\]/g, '$TIME [$PID]')
  return { status, text }
}

/** Leaves the folder of an owner with this process's pid and another start time. */
function leave(temp: string, session: string, startTime: string): void {
  const owner = { ...currentOwner(), startTime }
  const folder = join(userFolderIn(temp), 'sessions', session, `${owner.pid}-${startTime}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner))
}

const named = (text: string): string =>
  text.replaceAll(String(process.pid), '$PID').replaceAll(currentOwner().startTime, '$START')

test('reap says what it removed, what it kept and where it did not look', () => {
  const temp = ownTemp()
  leave(temp, '00000000000000aa', '1')
  leave(temp, '00000000000000bb', currentOwner().startTime)
  const would = run(temp, 'reap', '--dry-run')
  expect(would.status).toBe(0)
  expect(named(would.text)).toMatchInlineSnapshot(`
    "Would remove folder $FOLDER/sessions/00000000000000aa/$PID-1 (process, session 00000000000000aa).
    Kept folder $FOLDER/sessions/00000000000000bb/$PID-$START (process, session 00000000000000bb): its owner, process $PID, is running.
    Did not look at docker: no socket at unix:///nonexistent/docker.sock (DOCKER_HOST) (start Docker or set DOCKER_HOST).
    Did not look at podman: no socket at unix:///nonexistent/podman.sock (CONTAINER_HOST) (start its service: systemctl --user start podman.socket, or set CONTAINER_HOST).
    Did not look at kubernetes: it is asked only if LAMBDA_FIXTURES_BACKEND is kubernetes or a LAMBDA_FIXTURES_KUBERNETES_ variable is set.
    "
  `)
  const data = JSON.parse(run(temp, 'reap', '--dry-run', '--json').text)
  expect(Object.keys(data)).toEqual(['wouldRemove', 'kept', 'failed', 'skipped'])
  const did = run(temp, 'reap')
  expect(did.status).toBe(0)
  expect(did.text).toBe(would.text.replaceAll('Would remove', 'Removed'))
  expect(named(run(temp, 'reap').text)).toMatchInlineSnapshot(`
    "There is nothing to remove.
    Kept folder $FOLDER/sessions/00000000000000bb/$PID-$START (process, session 00000000000000bb): its owner, process $PID, is running.
    Did not look at docker: no socket at unix:///nonexistent/docker.sock (DOCKER_HOST) (start Docker or set DOCKER_HOST).
    Did not look at podman: no socket at unix:///nonexistent/podman.sock (CONTAINER_HOST) (start its service: systemctl --user start podman.socket, or set CONTAINER_HOST).
    Did not look at kubernetes: it is asked only if LAMBDA_FIXTURES_BACKEND is kubernetes or a LAMBDA_FIXTURES_KUBERNETES_ variable is set.
    "
  `)
})

test('doctor shows each backend, with the reason if it is absent, and that no watchdog runs', () => {
  const { status, text } = run(ownTemp(), 'doctor')
  expect(status).toBe(0)
  expect(text).toMatchInlineSnapshot(`
    "Node $VERSION on $PLATFORM
    Backends, in the order in which they are tried (kubernetes only runs functions that name it):
      process    yes
      docker     no: no socket at unix:///nonexistent/docker.sock (DOCKER_HOST) (start Docker or set DOCKER_HOST)
      podman     no: no socket at unix:///nonexistent/podman.sock (CONTAINER_HOST) (start its service: systemctl --user start podman.socket, or set CONTAINER_HOST)
      kubernetes no: it is asked only if LAMBDA_FIXTURES_BACKEND is kubernetes or a LAMBDA_FIXTURES_KUBERNETES_ variable is set
    Sessions are kept in $FOLDER
    Watchdog: none is running. A test run starts it.
    "
  `)
})

test('doctor shows the watchdog and the end of its log', async () => {
  const temp = ownTemp()
  await startClient(temp, ['idle'])
  const { status, text } = run(temp, 'doctor')
  expect(status).toBe(0)
  expect(text.slice(text.indexOf('Watchdog:'))).toMatchInlineSnapshot(`
    "Watchdog: pid $PID, protocol 2, up $SECONDS s, $MB MB, 1 client, at $FOLDER/watchdog/v2.sock
    The end of its log, $FOLDER/watchdog/v2.log:
      $TIME [$PID] watches
    "
  `)
})

test('logs shows what running instances logged, with secrets masked', async () => {
  const temp = ownTemp()
  const child = spawnTied(node(join(root, 'test/killing/fixtures/logging.ts')), {
    env: cleanEnv(temp),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [instance] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string]
  // A launch does not wait for the watchdog.
  await vi.waitFor(async () => expect((await statusIn(temp))?.clients.some(({ pid }) => pid === child.pid)).toBe(true), WITHIN)
  const named = (text: string): string =>
    text
      .replaceAll(instance, '$INSTANCE')
      .replaceAll(String(child.pid), '$PID')
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '$REQUEST')
      .replace(/\d{4}-\d\d-\d\dT\S+Z/g, '$TIME')
      .replace(/\d+(\.\d+)? (ms|MB)/g, '$N $2')
  const all = run(temp, 'logs')
  expect(all.status).toBe(0)
  expect(named(all.text)).toMatchInlineSnapshot(`
    "orders, instance $INSTANCE (process, test process $PID):
      $TIME	-	INFO	loading
      START RequestId: $REQUEST Version: $LATEST
      $TIME	$REQUEST	INFO	order a1 for ***
      END RequestId: $REQUEST
      REPORT RequestId: $REQUEST	Duration: $N ms	Billed Duration: $N ms	Memory Size: $N MB	Max Memory Used: $N MB	Init Duration: $N ms

    "
  `)
  for (const name of ['orders', instance, instance.slice(-12)]) expect(run(temp, 'logs', name)).toEqual(all)
  expect(run(temp, 'logs', 'payments')).toEqual({ status: 1, text: 'No running instance is called payments.\n' })
  const data = JSON.parse(run(temp, 'logs', '--json').text)
  expect(data).toEqual({
    instances: [
      {
        instance,
        functionName: 'orders',
        backend: 'process',
        pid: child.pid,
        text: expect.stringContaining('order a1 for ***\n'),
      },
    ],
    silent: [],
  })
  child.kill('SIGSTOP')
  expect(named(run(temp, 'logs').text)).toMatchInlineSnapshot(`
    "No instance is running.
    The test process $PID did not answer within 2 s: it is stopped, or its event loop is busy.
    "
  `)
})

test('logs says why it has nothing to show', async () => {
  const temp = ownTemp()
  expect(run(temp, 'logs')).toMatchInlineSnapshot(`
    {
      "status": 1,
      "text": "No watchdog is running, so no test run has an instance whose logs can be shown.
    ",
    }
  `)
  await startClient(temp, ['idle'])
  expect(run(temp, 'logs')).toMatchInlineSnapshot(`
    {
      "status": 1,
      "text": "No instance is running.
    ",
    }
  `)
})

test('pull says which engines are absent', () => {
  const { status, text } = run(ownTemp(), 'pull', 'nodejs24.x', 'orders:1')
  expect(status).toBe(1)
  expect(text).toMatchInlineSnapshot(`
    "docker: no socket at unix:///nonexistent/docker.sock (DOCKER_HOST) (start Docker or set DOCKER_HOST)
    podman: no socket at unix:///nonexistent/podman.sock (CONTAINER_HOST) (start its service: systemctl --user start podman.socket, or set CONTAINER_HOST)
    "
  `)
  expect(run(ownTemp(), 'pull', 'nodejs24.x', '--backend', 'process')).toEqual({
    status: 1,
    text: 'process: it pulls no images\n',
  })
})

test.each([
  ['no command', []],
  ['an unknown command', ['clean']],
  ['an unknown flag', ['reap', '--force']],
  ['a flag of another command', ['doctor', '--json']],
  ['a name too many', ['logs', 'one', 'two']],
  ['an unknown backend', ['pull', 'nodejs24.x', '--backend', 'rocket']],
  ['nothing to pull', ['pull']],
])('%s is explained, and exits with 2', (_, args) => {
  const { status, text } = run(ownTemp(), ...args)
  expect(status).toBe(2)
  expect(text).toMatchSnapshot()
})
