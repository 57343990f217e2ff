import { createHash } from 'node:crypto'
import type { S3Event, S3EventRecord } from 'aws-lambda'
import { REGION, SOURCE_IP, type Time, toDate } from './fixed-values.ts'
import { type Overrides, withOverrides } from './overrides.ts'
import { toBytes } from './payload.ts'

/** An object of the bucket. */
export interface S3Object {
  /** The plain key. The event has it URL-encoded, with `+` for spaces, as AWS does. */
  readonly key: string
  /** The content, from which `size` and `eTag` are computed. */
  readonly body?: unknown
  /** Bytes. */
  readonly size?: number | undefined
  readonly eTag?: string | undefined
  readonly versionId?: string | undefined
}

export interface S3Options {
  readonly bucket?: string | undefined
  /** Such as `ObjectRemoved:Delete`, with or without `s3:` before it. Default `ObjectCreated:Put`. */
  readonly eventName?: string | undefined
  readonly region?: string | undefined
  readonly time?: Time | undefined
  readonly overrides?: Overrides<S3Event> | undefined
}

/**
 * A notification of an S3 bucket about one object or several.
 *
 * @example s3('uploads/my photo.jpg')
 * @example s3({ key: 'orders.csv', body: 'id,qty\na1,2\n' }, { bucket: 'inbox' })
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function s3(objects: string | S3Object | readonly (string | S3Object)[], options: S3Options = {}): S3Event {
  const list = (Array.isArray(objects) ? objects : [objects]) as readonly (string | S3Object)[]
  const records = list.map((object, index) => toRecord(typeof object === 'string' ? { key: object } : object, index, options))
  return withOverrides({ Records: records }, options.overrides)
}

function toRecord(object: S3Object, index: number, options: S3Options): S3EventRecord {
  const { bucket = 'bucket', region = REGION } = options
  const eventName = (options.eventName ?? 'ObjectCreated:Put').replace(/^s3:/, '')
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: region,
    eventTime: toDate(options.time).toISOString(),
    eventName,
    userIdentity: { principalId: 'AWS:AIDAINPONIXQXHT3IKHL2' },
    requestParameters: { sourceIPAddress: SOURCE_IP },
    responseElements: {
      'x-amz-request-id': 'D82B88E5F771F645',
      'x-amz-id-2': 'vlR7PnpV2Ce81l0PRw6jlUpck7Jo5ZsQjryTjKlc5aLWGVHPZLj5NeC6qMa0emYBDXOo6QBU0Wo=',
    },
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: '828aa6fc-f7b5-4305-8584-487c791949c1',
      bucket: { name: bucket, ownerIdentity: { principalId: 'A3I5XTEXAMAI3E' }, arn: `arn:aws:s3:::${bucket}` },
      object: toObject(object, index, eventName),
    },
  }
}

function toObject(object: S3Object, index: number, eventName: string): S3EventRecord['s3']['object'] {
  const { body, versionId } = object
  const bytes = body === undefined ? undefined : toBytes(body)
  const content = {
    size: object.size ?? bytes?.byteLength ?? 1024,
    eTag: object.eTag ?? (bytes ? createHash('md5').update(bytes).digest('hex') : '0123456789abcdef0123456789abcdef'),
  }
  const described = {
    key: encodeURIComponent(object.key).replaceAll('%2F', '/').replaceAll('%20', '+'),
    ...(!eventName.startsWith('ObjectRemoved') && content),
    ...(versionId !== undefined && { versionId }),
    sequencer: (0x0055aed6dcd90281e5n + BigInt(index)).toString(16).toUpperCase().padStart(18, '0'),
  }
  // AWS sends no size and eTag of a removed object; the type doesn't allow for that.
  return described as S3EventRecord['s3']['object']
}
