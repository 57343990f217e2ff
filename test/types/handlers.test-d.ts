import middy from '@middy/core'
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyResult,
  APIGatewayProxyResultV2,
  Callback,
  Context,
  Handler,
  S3Event,
  S3Handler,
  ScheduledEvent,
  ScheduledHandler,
  SQSBatchResponse,
  SQSEvent,
  SQSHandler,
  StreamifyHandler,
} from 'aws-lambda'
import type { AnyHandler, EventOf, ResultOf } from '../../src/fixtures/handle/inference.ts'
import { type Equal, type Hold, some } from './expect-type.ts'

interface Order {
  id: string
  at: Date
}
type OnWire = { id: string; at: string }

/** Written by hand. */
type Async = (event: Order, context: Context) => Promise<Order>
type Sync = (event: Order) => Order
type Nothing = (event: Order) => Promise<void>
type NoParameters = () => Promise<{ ok: true }>
type Optional = (event?: Order) => Promise<string>
type Untyped = (event: any) => Promise<any>
type Unknown = (event: unknown) => Promise<unknown>
type Union = (event: Order) => Promise<Order | undefined>
type CallsBack = (event: Order, context: Context, callback: (error?: Error | null, result?: Order) => void) => void
type TypedCallback = (event: Order, context: Context, callback: Callback<Order>) => void

export type ByHand = Hold<
  [
    Equal<EventOf<Async>, OnWire>,
    Equal<ResultOf<Async>, OnWire>,
    Equal<ResultOf<Sync>, OnWire>,
    Equal<ResultOf<Nothing>, null>,
    Equal<EventOf<NoParameters>, unknown>,
    Equal<ResultOf<NoParameters>, { ok: true }>,
    // Can be called without parameters, so it takes anything.
    Equal<EventOf<Optional>, unknown>,
    Equal<ResultOf<Optional>, string>,
    Equal<EventOf<Untyped>, any>,
    Equal<ResultOf<Untyped>, any>,
    Equal<EventOf<Unknown>, unknown>,
    Equal<ResultOf<Unknown>, unknown>,
    Equal<ResultOf<Union>, OnWire | null>,
    Equal<ResultOf<CallsBack>, OnWire>,
    Equal<ResultOf<TypedCallback>, OnWire>,
    Equal<ResultOf<AnyHandler>, any>,
  ]
>

export type ByAwsLambdaTypes = Hold<
  [
    Equal<EventOf<Handler<Order, Order>>, OnWire>,
    Equal<ResultOf<Handler<Order, Order>>, OnWire>,
    Equal<ResultOf<Handler>, any>,
    Equal<EventOf<APIGatewayProxyHandlerV2>, APIGatewayProxyEventV2>,
    Equal<ResultOf<APIGatewayProxyHandlerV2>, APIGatewayProxyResultV2>,
    Equal<ResultOf<APIGatewayProxyHandlerV2<{ id: string }>>, APIGatewayProxyResultV2<{ id: string }>>,
    Equal<ResultOf<APIGatewayProxyHandler>, APIGatewayProxyResult>,
    Equal<EventOf<SQSHandler>, SQSEvent>,
    Equal<ResultOf<SQSHandler>, SQSBatchResponse | null>,
    Equal<EventOf<S3Handler>, S3Event>,
    Equal<ResultOf<S3Handler>, null>,
    Equal<EventOf<ScheduledHandler>, ScheduledEvent>,
  ]
>

const streaming = awslambda.streamifyResponse<{ rows: number }, void>(async (event, stream) => {
  stream.write(String(event.rows))
  stream.end()
})
type ByHandStream = (event: Order, stream: { write(chunk: string): boolean; end(): void }, context: Context) => Promise<void>

export type Streaming = Hold<
  [
    Equal<EventOf<typeof streaming>, { rows: number }>,
    Equal<ResultOf<typeof streaming>, string>,
    Equal<ResultOf<StreamifyHandler<{ rows: number }>>, string>,
    Equal<EventOf<ByHandStream>, OnWire>,
    Equal<ResultOf<ByHandStream>, string>,
  ]
>

const middied = middy<{ id: string }, { at: Date }>().handler(async event => ({ at: new Date(event.id) }))
export type Middy = Hold<[Equal<EventOf<typeof middied>, { id: string }>, Equal<ResultOf<typeof middied>, { at: string }>]>

/** What is exported under `handler` is what users name. */
const handler = async (event: { id: string; qty: number }) => ({ id: event.id, total: event.qty * 42, when: some<Date>() })
export type Exported = Hold<
  [
    Equal<EventOf<typeof handler>, { id: string; qty: number }>,
    Equal<ResultOf<typeof handler>, { id: string; total: number; when: string }>,
  ]
>
