import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { launch } from '../../../../src/index.ts'
import { currentSession } from '../../../../src/reaper/session.ts'
import { bashFunction } from '../../../conformance/languages.ts'

const MARK = 'BAD_RUNTIME_MARK'

/** A zombie is not: it waits for the machine's first process to look after it. */
function isAlive(pid: string): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Processes that were started with this value of the mark in their environment, zombies apart. */
function processesOf(mark: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => {
      try {
        return isAlive(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`${MARK}=${mark}`)
      } catch {
        return false
      }
    })
    .map(Number)
}

const instanceFolders = (): string[] => {
  const folder = join(currentSession().folder, 'instances')
  return existsSync(folder) ? readdirSync(folder) : []
}

const isListening = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

const BAD: Readonly<Record<string, { readonly script: string; readonly errorType: string }>> = {
  'writes rubbish to the Runtime API': {
    script: 'next; for n in 1 2 3; do printf "rubbish \\r\\n\\r\\n" >&3; done; sleep 600',
    errorType: 'Sandbox.Timedout',
  },
  'closes the socket midway': {
    script:
      'next; printf "POST /$api/invocation/$id/response HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 9\\r\\n\\r\\n{" >&3; exec 3>&-; sleep 600',
    errorType: 'Runtime.TruncatedResponse',
  },
  'leaves processes in its group, in sessions of their own, and without an environment': {
    script:
      'next; sleep 600 & setsid sleep 600 & (setsid sh -c "sleep 600 & sleep 600" &); env -i setsid sleep 600 & echo "naked $!"; sleep 0.3; exit 7',
    errorType: 'Runtime.ExitError',
  },
  'ignores every signal that can be ignored': {
    script: 'trap "" TERM INT HUP QUIT USR1 USR2; next; while :; do sleep 1; done',
    errorType: 'Sandbox.Timedout',
  },
  'stops itself': { script: 'next; kill -STOP $$; sleep 600', errorType: 'Sandbox.Timedout' },
  'forks without end of its own': {
    script: 'next; for n in 1 2 3 4 5 6 7 8; do (while :; do sleep 0.2; done) & done; exit 1',
    errorType: 'Runtime.ExitError',
  },
}

test.each(Object.entries(BAD))('a runtime that %s: a clear error, and nothing is left', async (what, { script, errorType }) => {
  const mark = what.replaceAll(/\W/g, '_')
  const before = instanceFolders().length
  const code = bashFunction(`echo "port \${AWS_LAMBDA_RUNTIME_API##*:}"\n${script}`)
  const fn = await launch({
    runtime: 'provided.al2023',
    code,
    timeout: 1,
    backend: 'process',
    environment: { [MARK]: mark },
    printLogs: 'never',
  })
  expect(instanceFolders().length).toBe(before + 1)
  const result = await fn.invoke()
  expect(result.error?.errorType).toBe(errorType)
  const port = Number(/port (\d+)/.exec(fn.logs.map(({ raw }) => raw).join('\n'))?.[1])
  expect(await isListening(port)).toBe(true)
  await fn.terminate()
  expect(processesOf(mark)).toEqual([])
  const naked = /naked (\d+)/.exec(fn.logs.map(({ raw }) => raw).join('\n'))?.[1]
  if (naked !== undefined) expect(isAlive(naked)).toBe(false)
  expect(instanceFolders().length).toBe(before)
  expect(await isListening(port)).toBe(false)
})

test('terminate() leaves nothing of a runtime that starts or runs, even when it is called twice at once', async () => {
  const mark = 'early_end'
  const before = instanceFolders().length
  const fn = await launch({
    runtime: 'provided.al2023',
    code: bashFunction('while next; do sleep 600; done'),
    backend: 'process',
    environment: { [MARK]: mark },
    printLogs: 'never',
  })
  const invoking = Promise.allSettled([fn.invoke(), fn.invoke(), fn.invoke()])
  await sleep(30)
  await Promise.all([fn.terminate(), fn.terminate()])
  for (const outcome of await invoking) expect(outcome.status).toBe('rejected')
  expect(processesOf(mark)).toEqual([])
  expect(instanceFolders().length).toBe(before)
})
