import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { bundleEntry } from '../../../../src/code/bundle/bundle-entry.ts'
import { mapStack } from '../../../../src/code/bundle/map-stack.ts'
import { extractPackage } from '../../../../src/code/extract-package.ts'

let base: string
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'lambda fixtures frames-')))
  mkdirSync(join(base, 'src'))
  mkdirSync(join(base, 'task'))
  vi.stubEnv('TMPDIR', base)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(base, { recursive: true })
})

async function thrown(format: 'esm' | 'cjs'): Promise<{ stack: string[]; maps: Readonly<Record<string, string>> }> {
  const lines = [
    `import { check } from './check'`,
    `interface Order { qty: number }`,
    ``,
    `export const handler = async (order: Order): Promise<void> => {`,
    `  await Promise.all([1].map(async () => check(order.qty)))`,
    `}`,
  ]
  writeFileSync(join(base, 'src/orders.ts'), lines.join('\n'))
  const check = [
    'class ValidationError extends Error {}',
    'type N = number',
    'export class Check {',
    '  static run(qty: N): void {',
    `    throw new ValidationError('bad')`,
    '  }',
    '}',
    'export const check = (qty: N) => Check.run(qty)',
  ]
  writeFileSync(join(base, 'src/check.ts'), check.join('\n'))
  const made = await bundleEntry({ entry: join(base, 'src/orders.ts'), runtime: 'nodejs22.x', format })
  const task = join(base, 'task')
  const folders = { '/var/task': task, '/opt': '/opt', '/tmp': '/tmp' }
  await extractPackage(made.code, { directory: task, root: '/var/task', folders })
  const file = pathToFileURL(join(task, format === 'esm' ? 'orders.mjs' : 'orders.cjs')).href
  const script = `import { handler } from ${JSON.stringify(file)}\nawait handler({ qty: 0 }).catch(error => console.log(error.stack))`
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  return { stack: child.stdout.trim().split('\n'), maps: made.sourceMap }
}

test.for(['esm', 'cjs'] as const)('maps the frames of an error that was thrown in %s to the sources', async format => {
  const { stack, maps } = await thrown(format)
  expect(stack.join('\n')).toContain(format === 'esm' ? 'orders.mjs' : 'orders.cjs')
  const mapped = mapStack(stack, maps, { taskRoot: join(base, 'task') })
  expect(mapped.slice(0, 6).map(frame => frame.replaceAll(base, '<base>'))).toMatchInlineSnapshot(`
    [
      "Error: bad",
      "    at Check.run (<base>/src/check.ts:5:11)",
      "    at check (<base>/src/check.ts:8:40)",
      "    at <base>/src/orders.ts:5:41",
      "    at Array.map (<anonymous>)",
      "    at handler (<base>/src/orders.ts:5:25)",
    ]
  `)
})

test('maps when the task root is a symlink, as temporary folders are on macOS', async () => {
  const { stack, maps } = await thrown('esm')
  symlinkSync(join(base, 'task'), join(base, 'link'))
  expect(mapStack(stack, maps, { taskRoot: join(base, 'link') })).toEqual(mapStack(stack, maps, { taskRoot: join(base, 'task') }))
})

test('maps when the task root is a container’s', async () => {
  const { stack, maps } = await thrown('cjs')
  const remote = stack.map(frame => frame.replaceAll(join(base, 'task'), '/var/task'))
  expect(remote.join('\n')).toContain('(/var/task/orders.cjs:')
  expect(mapStack(remote, maps, { taskRoot: '/var/task' })).toEqual(mapStack(stack, maps, { taskRoot: join(base, 'task') }))
})

test('maps frames of every form', () => {
  const map = JSON.stringify({ version: 3, sources: ['file:///app/a%20b.ts'], names: [], mappings: 'AAAA' })
  const at = (form: string) => mapStack([form], { 'orders.mjs': map }, { taskRoot: '/var/task' })[0]
  expect(at('    at async file:///var/task/orders.mjs:1:1')).toBe('    at async /app/a b.ts:1:1')
  expect(at('    at async Promise.all.handler [as run] (file:///var/task/orders.mjs:1:1)')).toBe(
    '    at async Promise.all.handler [as run] (/app/a b.ts:1:1)',
  )
  expect(at('at /var/task/orders.mjs:1:1')).toBe('at /app/a b.ts:1:1')
})

test('leaves other lines and frames without a map', () => {
  const frames = [
    'ValidationError: at handler (/var/task/orders.mjs:1:1) was bad',
    '    at other (/var/task/other.mjs:1:1)',
    '    at outside (/srv/orders.mjs:1:1)',
    '    at Object.next (/var/runtime/index.mjs:1:1)',
    '    at async Promise.all (index 0)',
    '    at new Promise (<anonymous>)',
    '    at eval (eval at handler (/var/task/orders.mjs:1:1), <anonymous>:1:7)',
    '    at node:internal/process/task_queues:104:5',
    '    at handler (/var/task/orders.mjs:99999:1)',
    '    at handler (file:///var/task/%zz/orders.mjs:1:1)',
    `    at ${' ('.repeat(100_000)}`,
  ]
  const map = JSON.stringify({ version: 3, sources: [], names: [], mappings: '' })
  expect(mapStack(frames, { 'orders.mjs': map }, { taskRoot: '/var/task' })).toEqual(frames)
})
