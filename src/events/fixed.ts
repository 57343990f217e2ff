/** What events hold that nobody gave: fixed, so that they can be put into snapshots. AWS's own examples where there are some. */
export const ACCOUNT_ID = '123456789012'
export const REGION = 'us-east-1'
export const SOURCE_IP = '192.0.2.1'
export const USER_AGENT = 'lambda-fixtures'
export const TRACE_ID = 'Root=1-67891233-abcdef012345678912345678'
const TIME = '2026-01-01T00:00:00Z'

/** A date, its text, or milliseconds since the epoch. */
export type Time = Date | string | number

export function toDate(time: Time = TIME): Date {
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) throw new TypeError(`time: ${String(time)} is no time; write it as '${TIME}'`)
  return date
}

/** `2026-01-01T00:00:00Z`: AWS writes no milliseconds here. */
export const isoSeconds = (date: Date): string => date.toISOString().replace(/\.\d{3}Z$/, 'Z')

/** `01/Jan/2026:00:00:00 +0000` */
export function logTime(date: Date): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(date.toUTCString())!
  return `${day}/${month}/${year}:${time} +0000`
}

/** `arn:aws:sqs:eu-west-1:123456789012:orders` → `eu-west-1`; S3's have none. */
export const regionOf = (arn: string): string => arn.split(':')[3] || REGION
