'use strict'
/**
 * Entry of the Node.js runtime: `node [flags] bootstrap.cjs`, with the environment variables that AWS sets for its own.
 *
 * @see README.md in this folder
 */
const { RuntimeApiClient } = require('./client.cjs')

// AWS's entry is an ES module, so handlers have no `require.main`.
process.mainModule = undefined

for (const name of ['stdout', 'stderr']) {
  // Node queues writes to a full pipe, and a line that is still queued when an invocation ends would be missed. Blocking mode is set
  // on first use, because creating a stream costs a millisecond.
  const property = Object.getOwnPropertyDescriptor(process, name)
  Object.defineProperty(process, name, {
    ...property,
    get() {
      Object.defineProperty(process, name, property)
      const stream = property.get.call(process)
      stream._handle?.setBlocking?.(true)
      return stream
    },
  })
}

// Coverage is written only when a process exits by itself. Without coverage, SIGTERM is left to the function.
if (process.env.NODE_V8_COVERAGE) process.on('SIGTERM', () => process.exit(0))

const {
  AWS_EXECUTION_ENV: environment = '',
  AWS_LAMBDA_RUNTIME_API: address,
  _HANDLER: handler,
  LAMBDA_TASK_ROOT: root,
  AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA: noGlobal,
} = process.env

for (const [name, value] of Object.entries({ AWS_LAMBDA_RUNTIME_API: address, _HANDLER: handler, LAMBDA_TASK_ROOT: root })) {
  if (!value) throw new Error(`${name} environment variable is not set`)
}

// A connection that the process inherits is quicker than one to a port. Its variable is not for the function.
const channel = process.env._LAMBDA_FIXTURES_API_FD ? Number(process.env._LAMBDA_FIXTURES_API_FD) : undefined
delete process.env._LAMBDA_FIXTURES_API_FD

const major = Number(/^AWS_Lambda_nodejs(\d+)\.x$/.exec(environment)?.[1] ?? process.versions.node.split('.')[0])
const { run } = major >= 24 ? require('./promise-loop.cjs') : require('./callback-loop.cjs')
run(new RuntimeApiClient(address, channel), root, handler, noGlobal !== '1' && noGlobal !== 'true')
