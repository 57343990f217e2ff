// Containers against what a user would do without this library, side by side: `node bench/containers.ts [docker|podman]`
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { connectEngine } from '../src/backends/engines/connection/connect-engine.ts'
import { loadBackend } from '../src/backends/load-backend.ts'
import { deployId } from '../src/code/deploy-id.ts'
import { readCode } from '../src/code/read-code.ts'
import { type LambdaOptions, launch } from '../src/index.ts'
import { Callback } from './callback.ts'
import { EngineStream } from './engine-stream.ts'
import { judge, sideBySide, time } from './measure.ts'
import { published } from './published.ts'

const IMAGE = 'public.ecr.aws/lambda/nodejs:24'
// Two processors, as the machine has at least: what it is compared with has no limit.
const MEMORY_SIZE = 3_538
const SOURCE = 'export const handler = async event => event.sleep ? await new Promise(() => setTimeout(() => {}, 60_000)) : event'
const name = process.argv[2] === 'podman' ? 'podman' : 'docker'
const engine = await connectEngine(name)

const options = (more: object): LambdaOptions =>
  ({
    functionName: 'bench',
    backend: name,
    runtime: 'nodejs24.x',
    handler: 'app.handler',
    code: { 'app.mjs': SOURCE },
    memorySize: MEMORY_SIZE,
    timeout: 30,
    printLogs: 'never',
    ...more,
  }) as LambdaOptions

const run = promisify(execFile)
const bare = (...command: string[]): Promise<number> =>
  time(() => run('docker', ['-H', engine.url, 'run', '--rm', '--entrypoint', command[0]!, IMAGE, ...command.slice(1)]))

const start = await sideBySide(Number(process.env.ROUNDS ?? 7), {
  launch: async () => {
    const begin = performance.now()
    const fn = await launch(options({}))
    await fn({ a: 1 })
    const elapsed = performance.now() - begin
    await fn.terminate()
    return elapsed
  },
  bareNode: () => bare('node', '-e', 'console.log(1)'),
  published: () => published(engine.docker, IMAGE, { 'app.mjs': SOURCE }),
  bareShell: () => bare('/bin/sh', '-c', 'echo 1'),
})

const callback = new Callback(engine.docker)
await callback.start(IMAGE, { 'app.mjs': SOURCE }, 'app.handler')
// As bytes, on both sides: what a handle does with an answer costs the same on every backend.
const backend = await loadBackend(name)
const lambda = {
  functionName: 'bench',
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:bench',
  runtime: 'nodejs24.x',
  handler: 'app.handler',
  environment: {},
  timeout: 30,
  memorySize: MEMORY_SIZE,
  ephemeralStorage: 512,
  architecture: 'x86_64',
  loggingConfig: { logFormat: 'Text' },
  region: 'us-east-1',
  accountId: '123456789012',
  credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  freeze: false,
} as const
const stream = new EngineStream(engine)
await stream.start(IMAGE)
const code = await readCode({ 'app.mjs': SOURCE }, { baseDirectory: '/', what: 'code', root: '/var/task' })
const instance = await backend.launch(lambda, code, [], deployId(code, []))
const invoke = (payload: Buffer): Promise<unknown> =>
  instance.invoke({ requestId: crypto.randomUUID(), payload, invokedFunctionArn: lambda.functionArn, executedVersion: '$LATEST' })
const many = async (count: number, invoke: () => Promise<unknown>): Promise<number> =>
  (await time(async () => {
    for (let index = 0; index < count; index++) await invoke()
  })) / count
const small = Buffer.from(JSON.stringify({ text: 'x'.repeat(87) }))
const large = Buffer.from(JSON.stringify({ text: 'x'.repeat(6_000_000) }))
await many(100, () => invoke(small))
await many(100, () => callback.invoke(small))
const warm = await sideBySide(15, {
  tunnel: () => many(100, () => invoke(small)),
  callback: () => many(100, () => callback.invoke(small)),
  engine: () => many(100, () => stream.invoke(small)),
})
const big = await sideBySide(15, {
  tunnel: () => many(10, () => invoke(large)),
  callback: () => many(10, () => callback.invoke(large)),
  engine: () => many(10, () => stream.invoke(large)),
})

const timing = await launch(options({ timeout: 1 }))
const reset = await sideBySide(9, {
  reset: async () => {
    const elapsed = await time(async () => {
      await timing.invoke({ sleep: true })
      await timing({ a: 1 })
    })
    return elapsed - 1_000
  },
  restart: () => time(() => callback.restart()),
})
await Promise.all([backend.terminate(instance.handle), timing.terminate(), callback.end(), stream.end()])

for (const [what, medians] of Object.entries({ start, 'warm 100 B': warm, 'warm 6 MB': big, reset }))
  console.log(
    `${name} ${what}: ${Object.entries(medians)
      .map(([who, ms]) => `${who} ${ms.toFixed(2)} ms`)
      .join(', ')}`,
  )
process.exitCode = judge([
  { name: `${name}: launch to the first result against a bare run`, ratio: start.launch / start.bareNode, limit: 1.25 },
  {
    name: `${name}: launch to the first result against a port that is published`,
    ratio: start.launch / start.published,
    limit: 1,
  },
  { name: `${name}: a warm invocation of 100 B against a callback`, ratio: warm.tunnel / warm.callback, limit: 2 },
  { name: `${name}: an echo of 6 MB against a callback`, ratio: big.tunnel / big.callback, limit: 1.4 },
  { name: `${name}: a reset against a container's restart`, ratio: reset.reset / reset.restart, limit: 1 / 3 },
])
