// The three ways into a pod, in turns: exec, attach and port-forward, each an echo. From the pod's creation to the first byte, round trips
// of 100 B and 6 MB, and what of it lands in the container's log on the node.
// node bench/kubernetes-streams.ts [rounds]; needs the cluster of KUBECONFIG and the test images in it.
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { podsPath } from '../src/backends/kubernetes/api/resources.ts'
import { openNamespace } from '../test/kubernetes/cluster.ts'
import { median, time } from './measure.ts'

const rounds = Number(process.argv[2] ?? 5)
const cluster = await openNamespace(`lambda-fixtures-bench-${randomBytes(3).toString('hex')}`)
const image = 'public.ecr.aws/lambda/nodejs:24'
const PORT = 7000
const MESSAGE = 128 * 1024
const serve = `require('net').createServer(socket => socket.pipe(socket)).listen(${PORT})`

const WAYS = {
  exec: {
    command: ['/var/lang/bin/node', '-e', 'setInterval(() => {}, 1e6)'],
    path: 'exec',
    query: { container: 'echo', command: ['cat'], stdin: true, stdout: true },
    from: 1,
  },
  attach: { command: ['cat'], path: 'attach', query: { container: 'echo', stdin: true, stdout: true }, from: 1 },
  'port-forward': { command: ['/var/lang/bin/node', '-e', serve], path: 'portforward', query: { ports: PORT }, from: 0 },
} as const
type Way = keyof typeof WAYS

// Our sockets hold up no process.
const alive = setInterval(() => {}, 1000)
let count = 0

async function createPod(way: Way): Promise<string> {
  const name = `echo-${++count}`
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  const body = {
    metadata: { name },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 993, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'echo',
          image,
          command: WAYS[way].command,
          stdin: way === 'attach',
          securityContext,
          resources: { limits: { memory: '256Mi' } },
        },
      ],
    },
  }
  await cluster.admin.request('POST', podsPath(cluster.name), { body })
  return name
}

interface Echo {
  /** Resolves when all of it has come back. @throws Error if the stream ends first */
  roundTrip(bytes: Buffer): Promise<void>
  close(): void
}

/** Each message is one byte of channel and the payload, in all three; a port-forward's first on a channel tells the port. */
async function open(way: Way, name: string): Promise<Echo> {
  const { path, query, from } = WAYS[way]
  const socket: WebSocket = await cluster.admin.socket(`${podsPath(cluster.name, name)}/${path}`, query)
  let missing = 0
  let done = (): void => {}
  let fail = (_: Error): void => {}
  let heads = way === 'port-forward' ? 2 : 0
  const lost = (): void => fail(new Error(`the stream of ${name} has ended`))
  socket.on('message', data => {
    const message = data as Buffer
    if (heads > 0 && message.length === 3) {
      heads--
      return
    }
    if (message[0] !== from || message.length === 1) return
    missing -= message.length - 1
    if (missing <= 0) done()
  })
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve).on('error', reject)
    socket.on('unexpected-response', (_, response) => {
      response.resume()
      reject(new Error(`status ${response.statusCode}`))
    })
  })
  socket.on('close', lost)
  return {
    roundTrip: bytes =>
      new Promise((resolve, reject) => {
        missing = bytes.length
        done = resolve
        fail = reject
        if (socket.readyState !== socket.OPEN) lost()
        for (let at = 0; at < bytes.length; at += MESSAGE)
          socket.send(Buffer.concat([Buffer.of(0), bytes.subarray(at, at + MESSAGE)]))
      }),
    close: () => socket.terminate(),
  }
}

/** Tries each 40 ms, as the backend does, until a byte has come back. */
async function first(way: Way, name: string): Promise<Echo> {
  const deadline = performance.now() + 30_000
  for (;;) {
    let echo: Echo | undefined
    try {
      echo = await open(way, name)
      await echo.roundTrip(Buffer.from('x'))
      return echo
    } catch (error) {
      echo?.close()
      if (performance.now() > deadline) throw error
      await wait(40)
    }
  }
}

const figures = Object.fromEntries(
  Object.keys(WAYS).map(way => [way, { launch: [], small: [], large: [], logged: [] }]),
) as Record<string, Record<'launch' | 'small' | 'large' | 'logged', number[]>>

for (let round = 0; round <= rounds; round++) {
  for (const way of Object.keys(WAYS) as Way[]) {
    let name = ''
    let echo: Echo | undefined
    const launch = await time(async () => {
      name = await createPod(way)
      echo = await first(way, name)
    })
    const small: number[] = []
    for (let i = 0; i < 200; i++) small.push(await time(() => echo!.roundTrip(Buffer.alloc(100, 120))))
    const large: number[] = []
    for (let i = 0; i < 5; i++) large.push(await time(() => echo!.roundTrip(Buffer.alloc(6 * 1024 * 1024, 120))))
    // The container's end is told late, and until then its log can't be had.
    const query = { container: 'echo' }
    let logged: string | undefined
    while (logged === undefined) {
      logged = await cluster.admin.text('GET', `${podsPath(cluster.name, name)}/log`, { query }).catch(() => undefined)
      if (logged === undefined) await wait(200)
    }
    echo!.close()
    await cluster.admin.request('DELETE', podsPath(cluster.name, name), { query: { gracePeriodSeconds: 0 } })
    await wait(2000)
    // The first of each warms what is cached.
    if (round === 0) continue
    const { [way]: figure } = figures
    figure!.launch.push(launch)
    figure!.small.push(median(small))
    figure!.large.push(median(large))
    figure!.logged.push(logged.length)
  }
}
await cluster.remove()
clearInterval(alive)
for (const [way, { launch, small, large, logged }] of Object.entries(figures)) {
  const times = `created to first byte ${median(launch).toFixed(0)} ms, 100 B ${median(small).toFixed(2)} ms, 6 MB ${median(large).toFixed(0)} ms`
  console.log(`${way}: ${times}, ${(median(logged) / 1e6).toFixed(1)} MB in the node's log`)
}
