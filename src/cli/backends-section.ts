import type { BackendName } from '../backends/backend.ts'
import type { LambdaFunction } from '../model/lambda-function.ts'
import { allBackends, openBackend } from './all-backends.ts'

/** What can run a function here, and why the others can't. */
export async function backendsSection(): Promise<string> {
  const lines = await Promise.all(allBackends.map(async name => `  ${name.padEnd(10)} ${await answerOf(name)}\n`))
  return `Backends, in the order in which they are tried (kubernetes is only if it is named):\n${lines.join('')}`
}

async function answerOf(name: BackendName): Promise<string> {
  const backend = await openBackend(name)
  if (typeof backend === 'string') return `no: ${backend}`
  const reason = await backend.prepare?.(probe)
  return reason === undefined ? 'yes' : `no: ${reason}`
}

const probe: LambdaFunction = {
  functionName: 'doctor',
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:doctor',
  runtime: 'nodejs24.x',
  handler: 'index.handler',
  environment: {},
  timeout: 3,
  memorySize: 128,
  ephemeralStorage: 512,
  architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
  loggingConfig: { logFormat: 'Text' },
  region: 'us-east-1',
  accountId: '123456789012',
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  freeze: false,
}
