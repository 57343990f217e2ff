import { createHash } from 'node:crypto'
import type { SQSMessageAttribute, SQSMessageAttributes } from 'aws-lambda'
import { isBytes, toBase64 } from './payload.ts'

/** A message attribute: a string, a number, bytes, or an attribute in AWS's format. */
export type AttributeInput = string | number | Uint8Array | SQSMessageAttribute

export function toMessageAttributes(given: Readonly<Record<string, AttributeInput>>): SQSMessageAttributes {
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, toAttribute(value)]))
}

function toAttribute(value: AttributeInput): SQSMessageAttribute {
  const lists = { stringListValues: [], binaryListValues: [] }
  if (typeof value === 'string') return { stringValue: value, ...lists, dataType: 'String' }
  if (typeof value === 'number') return { stringValue: String(value), ...lists, dataType: 'Number' }
  if (isBytes(value)) return { binaryValue: toBase64(value), ...lists, dataType: 'Binary' }
  return value
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export function md5OfAttributes(attributes: SQSMessageAttributes): string {
  const hash = createHash('md5')
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.byteLength)
    hash.update(length).update(bytes)
  }
  for (const name of Object.keys(attributes).sort()) {
    const { dataType, stringValue, binaryValue } = attributes[name]!
    add(Buffer.from(name))
    add(Buffer.from(dataType))
    hash.update(Buffer.of(binaryValue === undefined ? 1 : 2))
    add(binaryValue === undefined ? Buffer.from(stringValue ?? '') : Buffer.from(binaryValue, 'base64'))
  }
  return hash.digest('hex')
}
