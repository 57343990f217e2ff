import { expect, test } from 'vitest'
import { ExecutionEnvironment } from '../../../../src/emulator/environment/execution-environment.ts'
import type { InvocationRequest } from '../../../../src/model/invocation.ts'
import { InProcessSandbox } from '../../../support/in-process-sandbox.ts'
import { lambdaFunction } from '../../../support/lambda-function.ts'
import { REQUEST_ID } from '../../../support/results.ts'

const request = (parts: Partial<InvocationRequest> = {}): InvocationRequest => ({
  requestId: REQUEST_ID,
  payload: Buffer.from('{}'),
  invokedFunctionArn: 'arn',
  executedVersion: '$LATEST',
  ...parts,
})

async function start(sandbox = new InProcessSandbox()): Promise<ExecutionEnvironment> {
  const environment = new ExecutionEnvironment({ fn: lambdaFunction(), id: 'i1', backend: 'double', sandbox })
  await environment.init()
  return environment
}

async function expectAnswer(environment: ExecutionEnvironment): Promise<void> {
  const { payload } = await environment.invoke(request())
  expect(Buffer.from(payload).toString()).toBe('{}')
}

test('a controller in place of a signal is refused, and the environment stays idle', async () => {
  const environment = await start()
  await expect(environment.invoke(request({ signal: new AbortController() as never }))).rejects.toThrow(TypeError)
  expect(environment.state).toBe('idle')
  await expectAnswer(environment)
  await environment.end()
})

test('an error before the event is delivered does not keep the environment', async () => {
  const environment = await start()
  await expect(environment.invoke(request({ clientContext: 5 as never }))).rejects.toThrow(TypeError)
  await expectAnswer(environment)
  await environment.end()
})

test('an error after the event is delivered does not keep the environment', async () => {
  const sandbox = new InProcessSandbox()
  const environment = await start(sandbox)
  sandbox.busy = running => {
    if (running) throw new Error('no watch')
  }
  await expect(environment.invoke(request())).rejects.toThrow('no watch')
  sandbox.busy = () => undefined
  await expectAnswer(environment)
  expect(sandbox.calls.filter(call => call === 'start')).toHaveLength(2)
  await environment.end()
})

test('an aborted invocation is reset, and the environment answers again', async () => {
  let answers = false
  const environment = await start(new InProcessSandbox({ handler: event => (answers ? event : undefined) }))
  const controller = new AbortController()
  const invoking = environment.invoke(request({ signal: controller.signal }))
  controller.abort()
  await expect(invoking).rejects.toMatchObject({ code: 'INVOCATION_ABORTED' })
  answers = true
  await expectAnswer(environment)
  await environment.end()
})
