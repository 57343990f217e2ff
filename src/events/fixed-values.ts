// Values that events have where the user gives none. They never change, so that events can be put into snapshots; most are AWS's examples.

export const ACCOUNT_ID = '123456789012'
export const REGION = 'us-east-1'
export const SOURCE_IP = '192.0.2.1'
export const USER_AGENT = 'lambda-fixtures'
export const TRACE_ID = 'Root=1-67891233-abcdef012345678912345678'
const TIME = '2026-01-01T00:00:00Z'

/** A date, a text that `Date` can parse, or milliseconds since the epoch. */
export type Time = Date | string | number

export function toDate(time: Time = TIME): Date {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) throw new TypeError(`time: ${String(time)} is not a time; write it as '${TIME}'`)
  return date
}

/** `2026-01-01T00:00:00Z`, without milliseconds. */
export const isoSeconds = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z')

/** `01/Jan/2026:00:00:00 +0000` */
export function logTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString())!
  return `${day}/${month}/${year}:${time} +0000`
}

/** `arn:aws:sqs:eu-west-1:123456789012:orders` → `eu-west-1`. ARNs of S3 have no region. */
export const regionOf = (arn: string): string => arn.split(':')[3] || REGION
