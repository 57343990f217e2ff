import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { currentOwner } from '../../src/model/owner.ts'
import { builtPackage } from '../support/built-package.ts'
import { cleanEnv, ownTemp, startClient, userFolderIn, withoutEngines } from './support.ts'

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

test.each([
  ['no command', []],
  ['an unknown command', ['clean']],
  ['an unknown flag', ['reap', '--force']],
  ['a flag of another command', ['doctor', '--json']],
])('%s is explained, and exits with 2', (_, args) => {
  const { status, text } = run(ownTemp(), ...args)
  expect(status).toBe(2)
  expect(text).toMatchSnapshot()
})
