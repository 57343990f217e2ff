import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test } from 'vitest'
import { currentOwner, type Owner, ownerState, reasonToKeep } from '../../../src/model/owner.ts'
import { asRoot } from '../../support/as-root.ts'

const here = { host: 'h', boot: 'b' }
const dead = { pid: 2 ** 31 - 1, startTime: '1' }

test.each<[string, Partial<Owner>, Pick<Owner, 'host' | 'boot'>, string]>([
  ['this boot', { ...here }, here, 'dead'],
  ['an earlier boot of this machine', { ...here, boot: 'a' }, here, 'dead'],
  ['another machine', { host: 'x', boot: 'a' }, here, 'unknown'],
  ['this boot, under the old name of the machine', { ...here, host: 'x' }, here, 'dead'],
  ['another container of this machine', { ...here, host: 'x.4026531999' }, here, 'unknown'],
  ['this machine, seen from a container', { ...here }, { ...here, host: 'x.4026531999' }, 'unknown'],
  [
    'another time namespace of this container',
    { ...here, host: 'x.4026531999.4026532000' },
    { ...here, host: 'x.4026531999' },
    'unknown',
  ],
  ['this container', { ...here, host: 'x.4026531999' }, { ...here, host: 'y.4026531999' }, 'dead'],
])('an owner of %s', (_, owner, from, state) => {
  expect(ownerState({ ...dead, host: 'h', boot: 'b', ...owner }, from)).toBe(state)
})

test('this process is alive', () => {
  expect(ownerState(currentOwner())).toBe('alive')
  expect(reasonToKeep(currentOwner())).toBe(`its owner, process ${process.pid}, is running`)
})

asRoot('a living process of another time namespace is not taken for dead: its start time is another there', async () => {
  const module = JSON.stringify(join(import.meta.dirname, '../../../src/model/owner.ts'))
  const code = `import { currentOwner } from ${module}; console.log(JSON.stringify(currentOwner())); process.stdin.resume()`
  const node = [process.execPath, '--no-warnings', '--input-type=module', '-e', code]
  const child = spawn('unshare', ['--time', '--boottime', '100000', '--fork', '--kill-child', ...node], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  expect(ownerState(JSON.parse(line))).toBe('unknown')
})
