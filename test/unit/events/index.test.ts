import { expect, test } from 'vitest'
import { dynamodbStream, kinesis, s3, scheduled, sns, sqs } from '../../../src/events/index.ts'

test('builders make the same event each time', () => {
  const all = () => [sqs([1]), sns(1), s3('a'), dynamodbStream([{ NewImage: { id: 1 } }]), kinesis([1]), scheduled()]
  expect(all()).toEqual(all())
})
