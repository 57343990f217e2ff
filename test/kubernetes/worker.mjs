// A process of a test run. It launches the functions that its arguments name, prints a line, and waits. The first argument is the options as JSON.
import { KubernetesBackend } from '../../src/backends/kubernetes/kubernetes-backend.ts'
import { launch } from '../../src/index.ts'

const [options, ...names] = process.argv.slice(2)
const backend = new KubernetesBackend(JSON.parse(options))
const source = 'export const handler = async event => event'
for (const functionName of names) {
  await launch({
    functionName,
    runtime: 'nodejs24.x',
    handler: 'app.handler',
    code: { 'app.mjs': source },
    memorySize: 256,
    backend,
  })
}
console.log('ready')
setInterval(() => {}, 60_000)
