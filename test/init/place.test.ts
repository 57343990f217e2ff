import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { initFile, runtimeFile, TestEnvironment } from './harness.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lambda-fixtures-place-'))
  chmodSync(folder, 0o755)
  mkdirSync(join(folder, 'task'))
  mkdirSync(join(folder, 'opt'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const roots = (): string[] => [join(folder, 'task'), join(folder, 'opt')]

test('writes files, folders and links', async () => {
  await using environment = new TestEnvironment({ settings: { roots: roots() } })
  await environment.connect()
  const large = Buffer.alloc(5_000_000, 'large')
  const count = await environment.sandbox.putFiles([
    { kind: 'folder', path: join(folder, 'task/lib'), mode: 0o750 },
    { kind: 'file', path: join(folder, 'task/lib/deep/er/index.mjs'), mode: 0o644, data: Buffer.from('export {}') },
    { kind: 'file', path: join(folder, 'task/large.bin'), mode: 0o600, data: large },
    { kind: 'file', path: join(folder, 'task/empty'), mode: 0o755, data: Buffer.alloc(0) },
    { kind: 'file', path: join(folder, 'task/empty'), mode: 0o711, data: Buffer.from('again') },
    { kind: 'link', path: join(folder, 'opt/link'), target: '../task/large.bin' },
  ])
  expect(count).toBe(6)
  expect(readFileSync(join(folder, 'task/lib/deep/er/index.mjs'), 'utf8')).toBe('export {}')
  expect(readFileSync(join(folder, 'task/large.bin')).equals(large)).toBe(true)
  expect(readFileSync(join(folder, 'task/empty'), 'utf8')).toBe('again')
  expect(statSync(join(folder, 'task/lib')).mode & 0o777).toBe(0o750)
  expect(statSync(join(folder, 'task/empty')).mode & 0o777).toBe(0o711)
  expect(readlinkSync(join(folder, 'opt/link'))).toBe('../task/large.bin')
})

test('writes nothing outside its folders', async () => {
  await using environment = new TestEnvironment({ settings: { roots: roots() } })
  await environment.connect()
  const put = (path: string): Promise<number> =>
    environment.sandbox.putFiles([{ kind: 'file', path, mode: 0o644, data: Buffer.from('x') }])
  for (const path of ['task/../escaped', '../escaped', 'escaped', 'taskescaped', 'task/a/../../escaped', 'task/..', 'task']) {
    await expect(put(`${folder}/${path}`)).rejects.toMatchObject({ code: 'ZIP_EXTRACTION_FAILED' })
  }
  await environment.sandbox.putFiles([{ kind: 'link', path: join(folder, 'task/out'), target: folder }])
  await expect(put(join(folder, 'task/out/escaped'))).rejects.toThrow('Not a directory')
  expect(existsSync(join(folder, 'escaped'))).toBe(false)
  expect(await put(join(folder, 'task/fine'))).toBe(1)
})

test('starts extensions in order, and reports those that it can’t start', async () => {
  const extensions = join(folder, 'opt/extensions')
  mkdirSync(join(extensions, 'folder'), { recursive: true })
  writeFileSync(join(extensions, 'b-first'), '#!/bin/sh\necho "$(basename $0) in $PWD with $ONLY"; exit 4', { mode: 0o755 })
  writeFileSync(join(extensions, 'a-not-executable'), '#!/bin/sh', { mode: 0o644 })
  await using environment = new TestEnvironment({ settings: { roots: roots() } })
  await environment.connect()
  expect(await environment.sandbox.control.extensions({ ONLY: 'extensions' })).toEqual([
    { name: 'a-not-executable', error: 'EACCES' },
    { name: 'b-first', pid: expect.any(Number) },
  ])
  await environment.printed('b-first in / with extensions\n')
  await environment.sandbox.start()
  expect(await environment.invoke({ do: 'echo', data: 'runs' })).toBe('runs')
})

test('starts the bootstrap of a custom runtime', async () => {
  writeFileSync(join(folder, 'opt/bootstrap'), `#!/bin/sh\nexec ${process.execPath} ${runtimeFile}`, { mode: 0o755 })
  await using environment = new TestEnvironment({ command: [], settings: { roots: roots() }, start: { bootstrap: true } })
  await environment.launch()
  expect(await environment.invoke({ do: 'echo', data: 'own' })).toBe('own')
})

test('connects localhost inside to localhost here, for the given ports', async () => {
  const service = createServer((_request, response) => response.end('from outside'))
  await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve))
  const { port } = service.address() as AddressInfo
  // In its own network namespace, like a container. In ours, the service has the port.
  await using environment = new TestEnvironment({
    wrapper: ['unshare', '--net', '--', 'sh', '-c', 'ip link set lo up; echo up; exec "$0" "$@"'],
    gate: async init => init.stdout!.readableFlowing && once(init.stdout!, 'data'),
    enter: init => ['nsenter', '--net', `--target=${init.pid}`],
  })
  await environment.connect([port])
  await environment.sandbox.start()
  for (const host of ['localhost', '127.0.0.1']) {
    expect(await environment.invoke({ do: 'get', url: `http://${host}:${port}/` })).toBe('from outside')
  }
  service.close()
})

test('reports the peak memory, which a reset does not change', async () => {
  await using environment = await new TestEnvironment().launch()
  await environment.invoke({ do: 'echo', data: 1 })
  const before = (await environment.sandbox.peakMemory())!
  const rss: number = await environment.invoke({ do: 'hold', megabytes: 80 })
  const after = (await environment.sandbox.peakMemory())!
  expect(after).toBeGreaterThanOrEqual(rss * 0.98)
  expect(after - before).toBeGreaterThan(70e6)
  await environment.sandbox.stop()
  await environment.sandbox.start()
  expect(await environment.sandbox.peakMemory()).toBeGreaterThanOrEqual(after)
})

test('runs as any user, without capabilities', async () => {
  const file = join(folder, 'init')
  copyFileSync(initFile(), file)
  chmodSync(file, 0o755)
  await using environment = new TestEnvironment({
    file,
    wrapper: [
      'setpriv',
      '--reuid=993',
      '--regid=993',
      '--clear-groups',
      '--no-new-privs',
      '--bounding-set=-all',
      '--inh-caps=-all',
    ],
    command: ['sh', '-c', 'id -u; grep CapEff /proc/self/status; cat /proc/$PPID/environ'],
    start: { telemetry: true },
  })
  await environment.launch()
  expect((await environment.exited()).code).toBe(1)
  expect(environment.output).toMatch(/^993\nCapEff:\t0+\ncat: .*Permission denied\n$/)
})
