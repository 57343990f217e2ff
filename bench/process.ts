// Ratios of the process backend, as users get it, each measured side by side with what they would have otherwise.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Agent, request } from 'undici'
import { ProcessBackend } from '../src/backends/process/process-backend.ts'
import { findPython } from '../src/backends/process/python.ts'
import type * as Package from '../src/index.ts'
import { builtPackage } from '../test/support/built-package.ts'
import { officialPythonRic } from '../test/support/official-python-ric.ts'
import { officialNodeRic } from '../test/support/official-rics.ts'
import { judge, sideBySide, time } from './measure.ts'

const node = {
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  code: { 'index.js': 'exports.handler = async event => event' },
  timeout: 30,
  memorySize: 1024,
} as const
const python = {
  runtime: 'python3.11',
  handler: 'app.handler',
  code: { 'app.py': 'def handler(event, context):\n    return event\n' },
  timeout: 30,
} as const
const { launch }: typeof Package = await import(join(await builtPackage(), 'dist/index.mjs'))
const ours = 'process'
const rics = new ProcessBackend({
  bootstraps: { nodejs: await officialNodeRic('4.0.2'), python: await officialPythonRic('4.2.2') },
})
const event = { text: 'x'.repeat(80) }

const bare = (file: string, args: readonly string[]): Promise<number> =>
  time(() => new Promise((resolve, reject) => spawn(file, args, { stdio: 'ignore' }).once('exit', resolve).once('error', reject)))

async function cold(options: typeof node | typeof python, backend: 'process' | ProcessBackend): Promise<number> {
  const start = performance.now()
  const fn = await launch({ ...options, backend })
  await fn.invoke(event)
  const elapsed = performance.now() - start
  await fn.terminate()
  return elapsed
}

const { file } = await findPython('python3.11')
const starts = await sideBySide(21, {
  bareNode: () => bare(process.execPath, ['-e', '0']),
  node: () => cold(node, ours),
  nodeRic: () => cold(node, rics),
  barePython: () => bare(file, ['-c', 'pass']),
  python: () => cold(python, ours),
  pythonRic: () => cold(python, rics),
})
console.log('launch to first result, ms:', starts)

const child = spawn(process.execPath, ['-e', echoProgram()], { stdio: ['ignore', 'pipe', 'inherit'] })
const port = Number(await new Promise<string>(resolve => child.stdout.once('data', data => resolve(String(data)))))
const agent = new Agent({ connections: 1, pipelining: 1 })

/** The echo a user would write to compare with: another process that parses and answers, asked through undici. */
async function echoed(value: unknown): Promise<unknown> {
  const { body } = await request(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(value), dispatcher: agent })
  return body.json()
}
function echoProgram(): string {
  return `require('node:http').createServer((q, s) => { const c = []; q.on('data', d => c.push(d)).on('end', () => s.end(JSON.stringify(JSON.parse(Buffer.concat(c).toString())))) }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })`
}

async function each(count: number, run: () => Promise<unknown>): Promise<number> {
  return (
    (await time(async () => {
      for (let index = 0; index < count; index++) await run()
    })) / count
  )
}

await using fn = await launch({ ...node, backend: ours })
const big = {
  records: Array.from({ length: 7_000 }, (_, id) => ({
    id,
    name: `record ${id}`,
    tags: ['a', 'b'],
    total: id * 1.25,
    text: 'x'.repeat(60),
  })),
}
const text = { text: 'x'.repeat(1_000_000) }
/** Each by itself: what a megabyte leaves to the garbage collector is none of what 100 bytes cost. */
async function against(rounds: number, count: number, value: unknown): Promise<{ ours: number; echo: number }> {
  return sideBySide(rounds, {
    ours: () => each(count, () => fn.invoke(value)),
    echo: () => each(count, () => echoed(value)),
  })
}
// The first thousands of both are compiled while they run.
await against(8, 300, event)
const small = await against(121, 300, event)
const string = await against(21, 5, text)
const objects = await against(21, 5, big)
console.log('warm, ms an invocation:', { small, string, objects })
child.kill()
await agent.close()

process.exitCode = judge([
  { name: 'nodejs: launch to first result / bare start', ratio: starts.node / starts.bareNode, limit: 1.4 },
  { name: 'nodejs: launch to first result / with AWS’s RIC', ratio: starts.node / starts.nodeRic, limit: 1.15 },
  { name: 'python: launch to first result / bare start', ratio: starts.python / starts.barePython, limit: 1.4 },
  { name: 'python: launch to first result / with AWS’s RIC', ratio: starts.python / starts.pythonRic, limit: 1.15 },
  { name: 'warm 100 B / undici to a node:http echo', ratio: small.ours / small.echo, limit: 1 },
  { name: 'warm 1 MB string / an echo with the same JSON work', ratio: string.ours / string.echo, limit: 1.1 },
  { name: 'warm 1 MB of objects / an echo with the same JSON work', ratio: objects.ours / objects.echo, limit: 1.1 },
])
