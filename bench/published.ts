import type Docker from 'dockerode'
import { removeContainer } from '../src/backends/container/remove-container.ts'
import { asEnv, PLAIN_VARIABLES, putCode } from './plain-function.ts'

/**
 * A double of RIE, AWS's emulator, which can't be had here: the Runtime API on 127.0.0.1:9001, events by a port, the image's entrypoint as
 * a child. RIE is a Go program that starts at once, so this one says how long its own start has taken.
 */
const EMULATOR = `
const { createServer } = require('node:http'), { spawn } = require('node:child_process')
let poll, answer, payload
const next = () => poll && payload && (poll.writeHead(200, { 'lambda-runtime-aws-request-id': '8f5c8d2e-0d0a-4b3c-9a51-6f0d6a0c1b11', 'lambda-runtime-deadline-ms': String(Date.now() + 30000), 'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:bench', 'content-type': 'application/json' }).end(payload), poll = payload = undefined)
const body = request => new Promise(resolve => { const chunks = []; request.on('data', chunk => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks))) })
createServer(async (request, response) => {
  if (request.url.endsWith('/next')) return (poll = response, next())
  const result = await body(request)
  response.writeHead(202).end('{}')
  answer?.end(result)
}).listen(9001, '127.0.0.1', () => spawn('/lambda-entrypoint.sh', ['app.handler'], { env: { ...process.env, AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001' }, stdio: 'inherit' }))
createServer(async (request, response) => {
  payload = await body(request)
  answer = response.setHeader('start-ms', started)
  next()
}).listen(8080)
const started = String(process.uptime() * 1000)
`

/** What is done elsewhere: the function's container publishes a port, which is asked until it answers. Gives ms to the first result. */
export async function published(docker: Docker, image: string, files: Readonly<Record<string, string>>): Promise<number> {
  const begin = performance.now()
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: ['node', '-e', EMULATOR],
    Cmd: [],
    Env: asEnv(PLAIN_VARIABLES),
    ExposedPorts: { '8080/tcp': {} },
    HostConfig: { PortBindings: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    Labels: { 'lambda-fixtures.bench': 'published' },
  })
  try {
    await putCode(container, files)
    await container.start()
    const { NetworkSettings } = await container.inspect()
    const port = NetworkSettings.Ports['8080/tcp']?.[0]?.HostPort
    const asked = (): Promise<Response | undefined> =>
      fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{"a":1}', headers: { connection: 'close' } }).catch(
        () => undefined,
      )
    let answer = await asked()
    while (!answer?.ok) {
      await new Promise(resolve => setTimeout(resolve, 5))
      answer = await asked()
    }
    const result = await answer.text()
    if (result !== '{"a":1}') throw new Error(`The function answered ${result}`)
    return performance.now() - begin - Number(answer.headers.get('start-ms'))
  } finally {
    await removeContainer(container)
  }
}
