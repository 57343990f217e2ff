/** Strings as they are, everything else as JSON. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) throw new TypeError(`${typeof value} can't be sent: it has no JSON form`)
  return text
}

export const isBytes = (value: unknown): value is Uint8Array => ArrayBuffer.isView(value)

export function toBase64(value: unknown): string {
  return toBytes(value).toString('base64')
}

export function toBytes(value: unknown): Buffer {
  return isBytes(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.from(toText(value))
}
