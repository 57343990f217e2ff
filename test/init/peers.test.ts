import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'vitest'
import { asRoot } from '../support/as-root.ts'
import { runtimeFile, TestEnvironment } from './harness.ts'

/** A program that asks the Runtime API at its argument for an event, and prints the error if it can't. */
const POLL = `
  require('http').get('http://' + process.argv[1] + '/2018-06-01/runtime/invocation/next')
    .on('error', error => console.log(error.code))`

const pollAs = (user: string, api: string) =>
  spawn('setpriv', [`--reuid=${user}`, '--clear-groups', process.execPath, '-e', POLL, api], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

// Here, as in the network of the host, every process of the machine reaches the port of the init.
asRoot('another user’s process gets no event, and the function goes on', async () => {
  await using environment = await new TestEnvironment().launch()
  const { api } = await environment.invoke({ do: 'environment' })
  const thief = pollAs('4242', api)
  expect(String((await once(thief.stdout, 'data'))[0])).toBe('ECONNRESET\n')
  expect(await environment.invoke({ do: 'echo', data: 'mine' })).toBe('mine')
})

asRoot('a function may use the Runtime API as another user', async () => {
  const script = `setpriv --reuid=4243 --clear-groups sleep 1000 & exec ${process.execPath} ${runtimeFile}`
  await using environment = await new TestEnvironment({ start: { command: ['sh', '-c', script] } }).launch()
  const { api } = await environment.invoke({ do: 'environment' })
  await environment.asked()
  const helper = pollAs('4243', api)
  await once(environment.server, 'request')
  helper.kill('SIGKILL')
  await once(helper, 'close')
})
