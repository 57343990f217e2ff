// Launch to first result on kubernetes, side by side with bare pods of the same image becoming Ready; memory a function.
// node bench/kubernetes.ts [rounds]; needs the cluster of KUBECONFIG and the test images in it.
import { randomBytes } from 'node:crypto'
import { PodWatch } from '../src/backends/kubernetes/api/pod-watch.ts'
import { podsPath } from '../src/backends/kubernetes/api/resources.ts'
import { KubernetesBackend } from '../src/backends/kubernetes/kubernetes-backend.ts'
import { type LambdaHandle, launch } from '../src/index.ts'
import { openNamespace } from '../test/kubernetes/cluster.ts'
import { judge, median, sideBySide, time } from './measure.ts'

const rounds = Number(process.argv[2] ?? 5)
const cluster = await openNamespace(`lambda-fixtures-bench-${randomBytes(3).toString('hex')}`)
const backend = new KubernetesBackend({ kubeconfig: cluster.kubeconfig, namespace: cluster.name })
const watch = new PodWatch(cluster.admin, cluster.name, 'bench=bare')
const image = 'public.ecr.aws/lambda/nodejs:24'
let count = 0

/** A pod as kubectl makes it, its token mounted: kubelets look for volumes each 300 ms, so one without any is quicker. Until the watch says Ready. */
async function bare(): Promise<void> {
  const name = `bare-${++count}`
  let ready = (): void => {}
  const isReady = new Promise<void>(resolve => {
    ready = resolve
  })
  const followed = watch.follow(name, pod => {
    if (pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')) ready()
  })
  const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
  const body = {
    metadata: { name, labels: { bench: 'bare' } },
    spec: {
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      securityContext: { runAsNonRoot: true, runAsUser: 993, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: 'bare',
          image,
          command: ['/var/lang/bin/node', '-e', 'setInterval(() => {}, 1e6)'],
          securityContext,
          resources: { limits: { memory: '128Mi' }, requests: { cpu: '1m' } },
        },
      ],
    },
  }
  await cluster.admin.request('POST', podsPath(cluster.name), { body })
  followed.created()
  const alive = setInterval(() => {}, 1000)
  await isReady
  clearInterval(alive)
  followed.stop()
}

const functions: LambdaHandle<(event: unknown) => Promise<unknown>>[] = []

async function ours(): Promise<void> {
  const source = 'export const handler = async event => event'
  const fn = await launch<(event: unknown) => Promise<unknown>>({
    functionName: `bench-${++count}`,
    runtime: 'nodejs24.x',
    handler: 'app.handler',
    code: { 'app.mjs': source },
    backend,
    printLogs: 'never',
  })
  functions.push(fn)
  await fn({ n: 1 })
}

async function tidy(): Promise<void> {
  await Promise.all(functions.splice(0).map(fn => fn.terminate()))
  for (const { metadata } of await cluster.pods()) {
    await cluster.admin.request('DELETE', podsPath(cluster.name, metadata.name), { query: { gracePeriodSeconds: 0 } })
  }
  // The containers outlive their pods by a second or two, and would be in the next one's way.
  await new Promise(resolve => setTimeout(resolve, 3000))
}

async function atOnce(many: number, run: () => Promise<void>): Promise<number> {
  const took = await time(() => Promise.all(Array.from({ length: many }, run)))
  await tidy()
  return took
}

const gates: { name: string; ratio: number; limit: number }[] = []
for (const [many, limit] of [[1, 1.25], [10, 1.5], ...(process.env.BENCH_50 ? [[50, 1.5] as const] : [])] as const) {
  const turns = many === 50 ? 1 : rounds
  const { pods, launches } = await sideBySide(turns, { pods: () => atOnce(many, bare), launches: () => atOnce(many, ours) })
  console.log(`${many} at once: bare pods Ready ${pods.toFixed(0)} ms, first results ${launches.toFixed(0)} ms`)
  gates.push({ name: `${many} at once`, ratio: launches / pods, limit })
}

await ours()
const before = process.memoryUsage().rss
await Promise.all(Array.from({ length: 20 }, ours))
const grown = (process.memoryUsage().rss - before) / 20 / 1e6
gates.push({ name: 'MB a function', ratio: grown, limit: 2 })
const [fn] = functions
const warm: number[] = []
for (let i = 0; i < 300; i++) warm.push(await time(() => fn!({ n: i })))
console.log(`warm, 20 functions there: p50 ${median(warm).toFixed(2)} ms`)
await tidy()
await cluster.remove()
process.exitCode = judge(gates)
