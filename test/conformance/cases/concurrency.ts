import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect } from 'vitest'
import type { ConformanceCase, Theme } from '../case.ts'
import { bashFunction } from '../languages.ts'

const distinct = (values: readonly unknown[]): number => new Set(values).size

const own: ConformanceCase = {
  name: 'events that come at once get environments of their own, up to concurrency',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch({ concurrency: 3, timeout: 60 })
    const controller = new AbortController()
    const log = fn.followLogs()
    const invoking = [1, 2, 3].map(() => fn.invoke({ op: 'sleep', ms: 60_000 }, { signal: controller.signal }))
    const ended = Promise.allSettled(invoking)
    const started = new Set<string>()
    for await (const { raw, instance } of log) {
      if (raw.startsWith('START')) started.add(instance)
      if (started.size === 3) break
    }
    expect(fn.instances.length).toBe(3)
    controller.abort()
    await ended
    return '3 events, 3 environments'
  },
}

const queue: ConformanceCase = {
  name: 'above concurrency they wait their turn',
  contract: 'own API: `concurrency`',
  async run(lab) {
    const fn = await lab.launch({ concurrency: 1 })
    const results = await Promise.all([1, 2, 3, 4].map(() => fn.invoke({ op: 'count' })))
    expect(results.map(({ payload }) => payload)).toEqual([1, 2, 3, 4])
    expect(distinct(results.map(({ instance }) => instance))).toBe(1)
    return '1, 2, 3, 4 of one environment'
  },
}

const reuse: ConformanceCase = {
  name: 'one after the other they share an environment, whose module state stays',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch()
    const results = []
    for (let n = 0; n < 5; n++) results.push(await fn.invoke({ op: 'count' }))
    expect(results.map(({ payload }) => payload)).toEqual([1, 2, 3, 4, 5])
    expect(results.map(({ coldStart }) => coldStart)).toEqual([true, false, false, false, false])
    expect(distinct(results.map(({ instance }) => instance))).toBe(1)
    expect(fn.instances.length).toBe(1)
    return '1, 2, 3, 4, 5'
  },
}

/** Kills the runtime when it is told to, and goes on until it is ended itself: which a reset does. */
const BASH_KILLER = `exec 4<>/dev/tcp/127.0.0.1/$PORT; read -r -u 4; kill -9 $$; cat <&4`
const NODE_KILLER = `require('node:net').connect(process.env.PORT, '127.0.0.1').on('data', () => process.kill(process.ppid, 'SIGKILL'))`

const broken: ConformanceCase = {
  name: 'a runtime that dies between two invocations is replaced, and the event is not lost',
  contract: '5',
  in: ['nodejs24', 'nodejs22', 'provided'],
  async run(lab) {
    await using server = await listen()
    const fn = await lab.launch({
      environment: { PORT: String(server.port), URL: `http://127.0.0.1:${server.port}` },
      code:
        lab.language === 'provided'
          ? bashFunction(`(${BASH_KILLER}) & while next; do respond '"here"'; done`)
          : {
              'index.mjs': `import { spawn } from 'node:child_process'
                spawn(process.execPath, ['-e', ${JSON.stringify(NODE_KILLER)}])
                export const handler = async () => 'here'`,
            },
    })
    const first = await fn.invoke({})
    const killer = await server.connection
    killer.write('now\n')
    await once(killer, 'close')
    const second = await fn.invoke({})
    expect([first.payload, second.payload, second.coldStart]).toEqual(['here', 'here', true])
    return 'both answered, the second by a fresh runtime'
  },
}

/** A server of this machine, and the first connection to it. */
async function listen(): Promise<AsyncDisposable & { readonly port: number; readonly connection: Promise<Socket> }> {
  const server = createServer()
  const connection = new Promise<Socket>(resolve => {
    server.on('connection', socket => {
      // Whoever is killed says no farewell.
      socket.on('error', () => undefined).resume()
      resolve(socket)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { port, connection, [Symbol.asyncDispose]: async () => void server.close() }
}

const mixed: ConformanceCase = {
  name: 'errors, exits and answers at once don’t touch each other',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch({ concurrency: 4 })
    const events = [
      { op: 'exit', code: 1 },
      { op: 'throw', message: 'boom' },
      { op: 'value', value: 7 },
      { op: 'exit', code: 0 },
    ]
    const results = await Promise.all([...events, ...events].map(event => fn.invoke(event)))
    const reasons = results.map(result => result.error?.reason ?? result.payload)
    expect(reasons).toEqual(['exit', 'error', 7, 'exit', 'exit', 'error', 7, 'exit'])
    return 'each its own'
  },
}

export const concurrency: Theme = { name: 'concurrency', cases: [own, queue, reuse, broken, mixed] }
