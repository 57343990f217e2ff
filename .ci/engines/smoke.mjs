#!/usr/bin/env node
// smoke.mjs [docker] [podman] [podman-rootless] [kubernetes]: proves on each engine that the test images run a function against a Runtime API that is
// given from outside. Each container shares the host's network, so that one address is right everywhere.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { promisify } from 'node:util'

const functions = process.env.LAMBDA_FIXTURES_TEST_FUNCTIONS
if (!functions) throw new Error('LAMBDA_FIXTURES_TEST_FUNCTIONS is not set: eval "$(test/images/build.sh docker)"')
const kubectl = process.env.LAMBDA_FIXTURES_TEST_KUBECTL ?? 'kubectl'
const run = promisify(execFile)

const aws = 'public.ecr.aws/lambda'
const cases = [
  { name: 'nodejs', image: `${aws}/nodejs:24`, code: 'nodejs', handler: 'app.handler' },
  { name: 'python', image: `${aws}/python:3.11`, code: 'python', handler: 'app.handler' },
  { name: 'java', image: `${aws}/java:17`, code: 'java', handler: 'fn.Handler::handleRequest' },
  { name: 'go', image: `${aws}/provided:al2023`, code: 'go', handler: 'any' },
  { name: 'rust', image: `${aws}/provided:al2023`, code: 'rust', handler: 'any' },
  { name: 'bash', image: `${aws}/provided:al2023`, code: 'bash', handler: 'any' },
  { name: 'function (image)', image: 'localhost/lambda-fixtures/function:1' },
  { name: 'static (image)', image: 'localhost/lambda-fixtures/static:1' },
]

/** A Runtime API that has one event to give and resolves with the answer to it. */
async function runtimeApi() {
  let answered
  const answer = new Promise(resolve => {
    answered = resolve
  })
  let given = false
  const server = createServer(async (request, response) => {
    if (request.url.endsWith('/next')) {
      if (given) return // held until the container ends
      given = true
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': 'smoke-1',
        'lambda-runtime-deadline-ms': String(Date.now() + 30_000),
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:smoke',
      })
      response.end('{"log":"seen"}')
      return
    }
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    response.writeHead(202).end('{"status":"OK"}')
    answered({ path: request.url, body: String(Buffer.concat(chunks)) })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${server.address().port}`,
    answer,
    close: () => server.close(() => {}) && server.closeAllConnections(),
  }
}

const environment = address => ({
  AWS_LAMBDA_RUNTIME_API: address,
  AWS_LAMBDA_FUNCTION_NAME: 'smoke',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/smoke',
  AWS_LAMBDA_LOG_STREAM_NAME: 'smoke',
  AWS_REGION: 'us-east-1',
})

const podman = ['--remote', '--url', process.env.LAMBDA_FIXTURES_PODMAN ?? 'unix:///run/podman/podman.sock']

const podmanRootless = ['--remote', '--url', process.env.LAMBDA_FIXTURES_PODMAN_ROOTLESS ?? '']

function container(engine, where = []) {
  return async ({ image, code, handler }, address, name) => {
    const variables = Object.entries(environment(address)).flatMap(([key, value]) => ['--env', `${key}=${value}`])
    const mount = code ? ['--volume', `${functions}/${code}:/var/task:ro`] : []
    const child = spawn(engine, [
      ...where,
      'run',
      '--rm',
      '--name',
      name,
      '--network',
      'host',
      ...variables,
      ...mount,
      image,
      ...(handler ? [handler] : []),
    ])
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text))
    const exit = once(child, 'exit')
    return { output: async () => output, exit, remove: () => run(engine, [...where, 'rm', '--force', name]).then(() => exit) }
  }
}

async function pod({ image, code, handler }, address, name) {
  const manifest = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      hostNetwork: true,
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 0,
      volumes: code ? [{ name: 'code', hostPath: { path: `${functions}/${code}` } }] : [],
      containers: [
        {
          name: 'function',
          image,
          args: handler ? [handler] : undefined,
          env: Object.entries(environment(address)).map(([name, value]) => ({ name, value })),
          volumeMounts: code ? [{ name: 'code', mountPath: '/var/task', readOnly: true }] : [],
        },
      ],
    },
  }
  const apply = run(kubectl, ['create', '-f', '-'])
  apply.child.stdin.end(JSON.stringify(manifest))
  await apply
  return {
    output: async () => (await run(kubectl, ['describe', 'pod', name])).stdout,
    exit: new Promise(() => {}),
    remove: () => run(kubectl, ['delete', 'pod', name, '--grace-period=0', '--force']),
  }
}

const engines = {
  docker: container('docker'),
  podman: container('podman', podman),
  'podman-rootless': container('podman', podmanRootless),
  kubernetes: pod,
}
let failures = 0
let passes = 0
for (const engine of process.argv.slice(2)) {
  for (const each of cases) {
    const api = await runtimeApi()
    const started = performance.now()
    const launched = await engines[engine](each, api.address, `smoke-${process.pid}-${cases.indexOf(each)}`)
    const limit = new Promise(resolve => setTimeout(resolve, 60_000, { error: 'no answer in 60 s' }).unref())
    const answer = await Promise.race([api.answer, limit, launched.exit.then(([code]) => ({ error: `exited with ${code}` }))])
    const took = Math.round(performance.now() - started)
    const good = answer.path?.endsWith('/invocation/smoke-1/response') && JSON.parse(answer.body).requestId === 'smoke-1'
    console.log(`${good ? 'ok' : 'FAILED'} ${engine} ${each.name}: ${took} ms`)
    if (good) passes++
    else {
      failures++
      console.log(`${JSON.stringify(answer)}\n${await launched.output()}`)
    }
    await launched.remove()
    api.close()
  }
}
console.log(`${passes} passed, ${failures} failed`)
process.exitCode = failures > 0 || passes === 0 ? 1 : 0
