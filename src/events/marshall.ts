import type { AttributeValue } from 'aws-lambda'
import { isBytes, toBase64 } from './payload.ts'

export type Item = Readonly<Record<string, unknown>>
type MarshalledItem = Record<string, AttributeValue>

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  S: value => typeof value === 'string',
  N: value => typeof value === 'string',
  B: value => typeof value === 'string',
  BOOL: value => typeof value === 'boolean',
  NULL: value => typeof value === 'boolean',
  M: value => typeof value === 'object' && value !== null && !Array.isArray(value),
  L: Array.isArray,
  SS: Array.isArray,
  NS: Array.isArray,
  BS: Array.isArray,
}

/** An item in DynamoDB's format. An item that has this format already is returned as it is. */
export function marshallItem(item: Item): MarshalledItem {
  if (isMarshalled(item)) return item as MarshalledItem
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) => (value === undefined ? [] : [[name, marshall(value, name)] as const])),
  )
}

function isMarshalled(item: Item): boolean {
  const values = Object.values(item)
  return (
    values.length > 0 &&
    values.every(value => {
      if (typeof value !== 'object' || value === null) return false
      const [[type, inner] = [''], ...others] = Object.entries(value)
      return others.length === 0 && Object.hasOwn(TYPES, type) && TYPES[type]!(inner)
    })
  )
}

function marshall(value: unknown, path: string): AttributeValue {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number' && Number.isFinite(value)) return { N: String(value) }
  if (typeof value === 'bigint') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null) return { NULL: true }
  if (isBytes(value)) return { B: toBase64(value) }
  if (Array.isArray(value)) return { L: value.map((member, index) => marshall(member, `${path}.${index}`)) }
  if (value instanceof Set) return marshallSet([...value], path)
  const entries = value instanceof Map ? [...value] : isPlain(value) ? Object.entries(value) : undefined
  if (entries)
    return {
      M: Object.fromEntries(
        entries.flatMap(([name, member]) => (member === undefined ? [] : [[name, marshall(member, `${path}.${name}`)]])),
      ),
    }
  throw new TypeError(`${path}: DynamoDB has no type for ${nameOf(value)}; give a string or a number`)
}

function marshallSet(values: readonly unknown[], path: string): AttributeValue {
  if (values.length > 0 && values.every(value => typeof value === 'string')) return { SS: values as string[] }
  if (values.length > 0 && values.every(value => typeof value === 'number' || typeof value === 'bigint'))
    return { NS: values.map(String) }
  if (values.length > 0 && values.every(isBytes)) return { BS: values.map(toBase64) }
  throw new TypeError(`${path}: a set must have at least one member, and all of one type: strings, numbers or bytes`)
}

const isPlain = (value: unknown): value is object => Object.prototype.toString.call(value) === '[object Object]'

function nameOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? `a ${value.constructor?.name ?? 'object'}` : String(value)
}
