import { readFile } from 'node:fs/promises'
import type { BackendName } from '../backends/backend.ts'
import type { LambdaFunction } from '../model/lambda-function.ts'
import { userFolder } from '../platform/user-folder.ts'
import { watchdogStatus } from '../reaper/watchdog/client/ask-watchdog.ts'
import { logPath, socketPath, watchdogFolder } from '../reaper/watchdog/watchdog-folder.ts'
import { BACKENDS, openBackend } from './open-backend.ts'

const LOG_LINES = 10

/** `lambda-fixtures doctor`: exits with 1 if sessions can't be kept on disk. */
export async function doctor(print: (text: string) => void): Promise<number> {
  print(`Node ${process.version} on ${process.platform} ${process.arch}\n`)
  const states = await Promise.all(BACKENDS.map(async name => `  ${name.padEnd(10)} ${await stateOf(name)}\n`))
  print(`Backends, in the order in which they are tried (kubernetes only runs functions that name it):\n${states.join('')}`)
  try {
    print(`Sessions are kept in ${userFolder()}\n`)
  } catch (error) {
    print(`${(error as Error).message}\n`)
    return 1
  }
  print(await watchdogSection(watchdogFolder()))
  return 0
}

async function stateOf(name: BackendName): Promise<string> {
  const backend = await openBackend(name)
  if (typeof backend === 'string') return `no: ${backend}`
  try {
    const reason = await backend.prepare?.(PROBE)
    if (reason !== undefined) return `no: ${reason}`
    const description = await backend.describe?.()
    return description === undefined ? 'yes' : `yes: ${description}`
  } catch (error) {
    return `no: ${(error as Error).message}`
  }
}

async function watchdogSection(folder: string): Promise<string> {
  const status = await watchdogStatus(folder)
  const lines = ['Watchdog: none is running. A test run starts it.']
  if (status !== undefined) {
    // The connection that asks has no session.
    const clients = status.clients.filter(({ session }) => session !== undefined).length
    const memory = Math.round(status.rssBytes / 1e6)
    lines[0] =
      `Watchdog: pid ${status.pid}, protocol ${status.version}, up ${status.upSeconds} s, ${memory} MB, ` +
      `${clients} ${clients === 1 ? 'client' : 'clients'}, at ${socketPath(folder)}`
  }
  const log = await readFile(logPath(folder), 'utf8').catch(() => '')
  if (log !== '') {
    const end = log.trimEnd().split('\n').slice(-LOG_LINES)
    lines.push(`The end of its log, ${logPath(folder)}:`, ...end.map(line => `  ${line}`))
  }
  return `${lines.join('\n')}\n`
}

const PROBE: LambdaFunction = {
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
