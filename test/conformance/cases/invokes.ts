import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { ConformanceCase, Theme } from '../case.ts'
import { MANAGED } from '../languages.ts'
import { refusal } from './refusal.ts'

const context: ConformanceCase = {
  name: 'what the handler is told of itself and the invocation',
  contract: '1.2, 2.2',
  async run(lab) {
    const fn = await lab.launch({ functionName: 'told', memorySize: 300 })
    const result = await fn.invoke({ op: 'context' })
    expect(result.payload).toMatchObject({
      requestId: result.requestId,
      functionName: 'told',
      functionVersion: '$LATEST',
      memory: '300',
      arn: 'arn:aws:lambda:us-east-1:123456789012:function:told',
      logGroup: '/aws/lambda/told',
      logStream: expect.stringMatching(new RegExp(`\\[\\$LATEST\\]${result.instance}$`)),
    })
    expect(result.executedVersion).toBe('$LATEST')
    return 'one request id in context, log and result; an unqualified ARN'
  },
}

const requestId: ConformanceCase = {
  name: 'a request id that was given is the invocation’s',
  contract: '2.1, 2.2',
  async run(lab) {
    const requestId = randomUUID()
    const result = await (await lab.probe()).invoke({ op: 'context' }, { requestId })
    expect([result.requestId, result.payload.requestId]).toEqual([requestId, requestId])
    expect(result.logs[0]?.raw).toBe(`START RequestId: ${requestId} Version: $LATEST`)
    return 'the same everywhere'
  },
}

const noUuid: ConformanceCase = {
  name: 'a request id that is no UUID is refused',
  contract: '2.1',
  async run(lab) {
    const error = await refusal((await lab.probe()).invoke({}, { requestId: 'mine' }))
    expect(error).toMatchObject({ name: 'InvalidRequestContentException', statusCode: 400 })
    return '400 InvalidRequestContentException'
  },
}

const clientContext: ConformanceCase = {
  name: 'the client context arrives decoded, text of every plane too',
  contract: '1.2, 2.1',
  async run(lab) {
    const clientContext = { custom: { 'kind-of': 'ä 漢 🦊' } }
    const result = await (await lab.probe()).invoke({ op: 'context' }, { clientContext })
    expect(result.payload.clientContext).toMatchObject(clientContext)
    return '{"custom":{"kind-of":"ä 漢 🦊"}}'
  },
}

const noClientContext: ConformanceCase = {
  name: 'without a client context there is none, also after an invocation with one',
  contract: '1.2',
  in: MANAGED,
  async run(lab) {
    const fn = await lab.launch()
    await fn.invoke({ op: 'context' }, { clientContext: { custom: { a: 'b' } } })
    expect((await fn.invoke({ op: 'context' })).payload.clientContext ?? null).toBe(null)
    return 'none'
  },
}

const bigClientContext: ConformanceCase = {
  name: 'a client context of 3,583 bytes in base64 is taken, one more is refused',
  contract: '2.1, 6.3',
  async run(lab) {
    const fn = await lab.probe()
    const of = (bytes: number): object => ({ custom: { pad: 'p'.repeat(bytes - '{"custom":{"pad":""}}'.length) } })
    // Base64 comes in fours: 2,685 bytes make 3,580, 2,686 make 3,584.
    expect((await fn.invoke({ op: 'context' }, { clientContext: of(2685) as never })).ok).toBe(true)
    const error = await refusal(fn.invoke({ op: 'context' }, { clientContext: of(2686) as never }))
    expect(error.statusCode).toBe(400)
    return '3,580 bytes arrive; 3,584 are refused with 400'
  },
}

const latest: ConformanceCase = {
  name: 'the qualifier $LATEST is in the ARN that the handler sees',
  contract: '1.2',
  async run(lab) {
    const fn = await lab.probe()
    const result = await fn.invoke({ op: 'context' }, { qualifier: '$LATEST' })
    expect(result.payload.arn).toBe(`${fn.functionArn}:$LATEST`)
    expect(result.executedVersion).toBe('$LATEST')
    return 'arn:…:function:<name>:$LATEST'
  },
}

const unknownQualifier: ConformanceCase = {
  name: 'a qualifier that is not there: 404 with the qualified ARN',
  contract: '2.3, 10',
  async run(lab) {
    const fn = await lab.probe()
    const error = await refusal(fn.invoke({}, { qualifier: 'live' }))
    expect(error).toMatchObject({ name: 'ResourceNotFoundException', statusCode: 404 })
    expect(error.message).toBe(`Function not found: ${fn.functionArn}:live`)
    return '404 ResourceNotFoundException: Function not found: arn:…:function:<name>:live'
  },
}

const badQualifier: ConformanceCase = {
  name: 'a qualifier that breaks the pattern',
  contract: '2.1, 2.3',
  async run(lab) {
    const error = await refusal((await lab.probe()).invoke({}, { qualifier: 'no spaces' }))
    expect(error).toMatchObject({ name: 'ValidationException', statusCode: 400 })
    expect(error.message).toMatch(/^1 validation error detected: Value 'no spaces' at 'qualifier' failed to satisfy constraint: /)
    return "400 ValidationException: 1 validation error detected: Value 'no spaces' at 'qualifier' …"
  },
}

const reservedZero: ConformanceCase = {
  name: 'a reserved concurrency of 0 throttles',
  contract: '2.3, 5, 10',
  async run(lab) {
    const fn = await lab.launch({ concurrency: 0 })
    const error = await refusal(fn.invoke({}))
    expect(error).toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      statusCode: 429,
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    })
    return '429 TooManyRequestsException: Rate Exceeded.'
  },
}

const update: ConformanceCase = {
  name: 'a changed configuration is that of the next invocation, and can be undone',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch({ environment: { TABLE: 'one' } })
    const table = async (): Promise<unknown> => (await fn.invoke({ op: 'env' })).payload.TABLE
    {
      await using _ = await fn.update({ environment: { TABLE: 'two' } })
      expect(await table()).toBe('two')
    }
    expect(await table()).toBe('one')
    return 'two, then one again'
  },
}

const endpoint: ConformanceCase = {
  name: 'an instance’s endpoint takes an event by HTTP, as AWS’s emulator does, until the instance ends',
  contract: 'own API: `WarmInstance.endpoint`',
  async run(lab) {
    const instance = await lab.launchInstance()
    const url = await instance.endpoint()
    expect(new URL(url).hostname).toBe('127.0.0.1')
    const response = await fetch(url, { method: 'POST', body: '{"op":"echo","n":1}' })
    expect([response.status, await response.json()]).toEqual([200, { op: 'echo', n: 1 }])
    expect(response.headers.get('x-amz-executed-version')).toBe('$LATEST')
    expect(instance.invocations).toBe(1)
    await lab.end()
    await expect(fetch(url, { method: 'POST' })).rejects.toThrow('fetch failed')
    return '{"op":"echo","n":1}'
  },
}

export const invokes: Theme = {
  name: 'context and Invoke API',
  cases: [
    context,
    requestId,
    noUuid,
    clientContext,
    noClientContext,
    bigClientContext,
    latest,
    unknownQualifier,
    badQualifier,
    reservedZero,
    update,
    endpoint,
  ],
}
