import { createHash } from 'node:crypto'
import type { DynamoDBRecord, DynamoDBStreamEvent, StreamRecord } from 'aws-lambda'
import { ACCOUNT_ID, REGION, regionOf, type Time, toDate } from './fixed-values.ts'
import { type Item, marshallItem } from './marshall.ts'
import { type Overrides, withOverrides } from './overrides.ts'

/** A change of an item. Items are plain objects, or already in DynamoDB's format. */
export interface Change {
  readonly NewImage?: Item | undefined
  readonly OldImage?: Item | undefined
  /** Default: the attributes of `options.keys` that the image has. */
  readonly Keys?: Item | undefined
  /** Default: `INSERT` with a new image, `REMOVE` with an old one, `MODIFY` with both. */
  readonly eventName?: DynamoDBRecord['eventName']
  /** The item was removed because its time to live had passed. */
  readonly expired?: boolean | undefined
}

export interface DynamodbStreamOptions {
  /** The table's key attributes. Default: `pk`, `sk` and `id`. */
  readonly keys?: readonly string[] | undefined
  readonly table?: string | undefined
  readonly streamArn?: string | undefined
  readonly viewType?: StreamRecord['StreamViewType']
  readonly time?: Time | undefined
  readonly overrides?: Overrides<DynamoDBStreamEvent> | undefined
}

const USUAL_KEYS = ['pk', 'sk', 'PK', 'SK', 'id']

/**
 * A batch of a DynamoDB stream.
 *
 * @example dynamodbStream([{ OldImage: { id: 'a1', qty: 1 }, NewImage: { id: 'a1', qty: 2 } }])
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 */
export function dynamodbStream(changes: readonly Change[], options: DynamodbStreamOptions = {}): DynamoDBStreamEvent {
  return withOverrides({ Records: changes.map((change, index) => toRecord(change, index, options)) }, options.overrides)
}

function toRecord(change: Change, index: number, options: DynamodbStreamOptions): DynamoDBRecord {
  const { table = 'table', viewType = 'NEW_AND_OLD_IMAGES' } = options
  const { streamArn = `arn:aws:dynamodb:${REGION}:${ACCOUNT_ID}:table/${table}/stream/2026-01-01T00:00:00.000` } = options
  const { NewImage, OldImage, eventName = NewImage ? (OldImage ? 'MODIFY' : 'INSERT') : 'REMOVE', expired } = change
  const images = {
    Keys: marshallItem(change.Keys ?? keysOf(NewImage ?? OldImage ?? {}, index, options)),
    ...(NewImage && viewType.includes('NEW') && { NewImage: marshallItem(NewImage) }),
    ...(OldImage && viewType.includes('OLD') && { OldImage: marshallItem(OldImage) }),
  }
  return {
    eventID: createHash('md5').update(String(index)).digest('hex'),
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: regionOf(streamArn),
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(toDate(options.time).getTime() / 1_000),
      ...images,
      SequenceNumber: String(111n * BigInt(index + 1)),
      SizeBytes: Buffer.byteLength(JSON.stringify(images)),
      StreamViewType: viewType,
    },
    eventSourceARN: streamArn,
    ...(expired && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  }
}

function keysOf(image: Item, index: number, options: DynamodbStreamOptions): Item {
  const names = (options.keys ?? USUAL_KEYS).filter(name => image[name] !== undefined)
  if (names.length > 0) return Object.fromEntries(names.map(name => [name, image[name]]))
  const known = Object.keys(image).join(', ') || 'nothing'
  throw new TypeError(
    `change ${index}: which attributes are its key? It has ${known}. Name them: dynamodbStream(changes, { keys: ['…'] })`,
  )
}
