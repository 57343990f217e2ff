/** The snippets that README and docs are made of must compile. */
import type {
  ALBHandler,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyHandlerV2WithJWTAuthorizer,
  DynamoDBStreamHandler,
  EventBridgeHandler,
  KinesisStreamHandler,
  LambdaFunctionURLHandler,
  S3Handler,
  ScheduledHandler,
  SNSHandler,
  SQSHandler,
} from 'aws-lambda'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  alb,
  apiGateway,
  apiGatewayV2,
  dynamodbStream,
  eventBridge,
  functionUrl,
  kinesis,
  s3,
  scheduled,
  sns,
  sqs,
} from '../../src/events/index.ts'
import type { Lambda } from '../../src/fixtures/declare/create-lambda.ts'
import type { LambdaHandle } from '../../src/fixtures/handle/handle.ts'
import type { AnyHandler } from '../../src/fixtures/handle/inference.ts'
import type { LambdaOptions } from '../../src/fixtures/options/lambda-options.ts'
import { assertSucceeded } from '../../src/matchers/assertions.ts'
import '../../src/matchers/runners/vitest-types.ts'

/** As the entry for vitest has it. */
declare const lambda: Lambda & {
  fixture<H extends AnyHandler>(
    options: LambdaOptions,
  ): (context: object, use: { onCleanup: (cleanup: () => void | Promise<void>) => void }) => Promise<LambdaHandle<H>>
}
declare const startDb: () => Promise<{ url: string }>
type Handler = (event: { id: string; qty: number }) => Promise<{ total: number }>
const entry = '../src/orders.ts'

const orders = lambda<Handler>({ entry, environment: { TABLE: 'orders' }, timeout: 5 })

test('accepts an order', async () => {
  expect(await orders({ id: 'a1', qty: 2 })).toEqual({ total: 84 })
  const result = await orders.invoke({ id: 'a2', qty: 1 })
  expect(result).toHaveSucceeded()
  expect(result).toHaveLogged({ level: 'INFO', message: /accepted/ })
  await expect(orders({ id: 'a', qty: 0 })).rejects.toThrow('qty must be > 0')
  assertSucceeded(result)
  result.payload.total satisfies number
})

const http = lambda<APIGatewayProxyHandlerV2>({ entry })
test('HTTP', async () => {
  expect(await http.invoke(apiGatewayV2({ body: { id: 'a1', qty: 2 } }))).toHaveJsonBody({ id: 'a1', total: 84, table: 'orders' })
})
test.for([{ qty: 0 }, { qty: -1 }, {}])('refuses %o', async body => {
  expect(await http.invoke(apiGatewayV2({ body }))).toHaveStatus(400)
})

const batch = lambda<SQSHandler>({ entry })
test('SQS', async () => {
  expect(await batch.invoke(sqs([{ id: 1 }, { id: 2, bad: true }]))).toHaveBatchItemFailures(['message-1'])
})

const nightly = lambda<ScheduledHandler>({ entry })
test('a schedule', async () => {
  expect(await nightly.invoke(scheduled('2026-03-01T00:00:00Z'))).toHaveLogged(/up to 2026-03-01/)
})

const report = lambda<(event: { rows: number }, stream: NodeJS.WritableStream) => Promise<void>>({ entry })
test('streaming', async () => {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of report.stream({ rows: 2 })) text += decoder.decode(chunk)
  text satisfies string
})

const slow = lambda<(event: { ms: number }) => Promise<string>>({ entry })
test('time', async () => {
  expect(await slow.invoke({ ms: 3_000 })).toHaveTimedOut()
  expect(await slow({ ms: 1 }, { remainingTime: 200 })).toBe('no time')
})

const greet = lambda<(e: { name: string }) => { greeting: string }>({
  runtime: 'python3.13',
  handler: 'app.handler',
  code: { 'app.py': '…' },
})
test('python', async () => {
  expect((await greet({ name: 'Ada' })).greeting).toBe('Hello Ada')
})

let db: { url: string }
beforeAll(async () => {
  db = await startDb()
})
const usesDb = lambda<Handler>({ entry, environment: ({ hostUrl }) => ({ DB: hostUrl(db.url) }) })

test('a database', () => usesDb.invoke({ id: 'a', qty: 1 }))

beforeEach(() => orders.restart())
test('for this test only', async () => {
  await using _ = await orders.update({ environment: { TABLE: 'two' } })
})

const base: LambdaOptions = { entry }
describe.each([{ TABLE: 'eu' }, { TABLE: 'us' }])('in $TABLE', environment => {
  const here = lambda<Handler>({ ...base, environment })
  test('works', async () => {
    expect(await here.invoke({ id: 'a', qty: 1 })).toHaveSucceeded()
  })
})

const extended = test.extend('orders', { scope: 'file' }, lambda.fixture<Handler>({ entry }))
extended('a fixture', async ({ orders }) => {
  ;(await orders({ id: 'a', qty: 1 })).total satisfies number
})
test.for(['a', 'b'])('%s sees only its own log', async (id, { expect }) => {
  expect(await orders.invoke({ id, qty: 1 })).toHaveLogged(`accepted ${id}`, { times: 1 })
})

const reader = lambda<Handler>({ entry: '../src/reader.ts', setup: '../test/fake-s3.ts' })
test('fakes', () => reader.invoke({ id: 'a', qty: 1 }))

/** Functions that name each other need one annotation. */
const shop: LambdaHandle<Handler> = lambda<Handler>({ entry, environment: () => ({ STOCK: stock.functionName }) })
const stock = lambda<Handler>({ entry, environment: () => ({ SHOP: shop.functionName }) })

test('every builder makes what its handler takes', async () => {
  await lambda<APIGatewayProxyHandler>({ entry }).invoke(apiGateway({ authorizer: { claims: { sub: 'me' } } }))
  await lambda<APIGatewayProxyHandlerV2>({ entry }).invoke(apiGatewayV2({ authorizer: { lambda: { tenant: 't1' } } }))
  await lambda<APIGatewayProxyHandlerV2WithJWTAuthorizer>({ entry }).invoke(apiGatewayV2({ authorizer: { jwt: { claims: {} } } }))
  await lambda<LambdaFunctionURLHandler>({ entry }).invoke(functionUrl())
  await lambda<ALBHandler>({ entry }).invoke(alb())
  await lambda<SNSHandler>({ entry }).invoke(sns('text'))
  await lambda<S3Handler>({ entry }).invoke(s3('key'))
  await lambda<DynamoDBStreamHandler>({ entry }).invoke(dynamodbStream([{ NewImage: { id: 1 } }]))
  await lambda<KinesisStreamHandler>({ entry }).invoke(kinesis([1]))
  const placed = eventBridge({ source: 'shop', detailType: 'OrderPlaced', detail: { id: 'a1' } })
  await lambda<EventBridgeHandler<'OrderPlaced', { id: string }, void>>({ entry }).invoke(placed)
  // @ts-expect-error the handler wants a token that was checked
  await lambda<APIGatewayProxyHandlerV2WithJWTAuthorizer>({ entry }).invoke(apiGatewayV2())
})
