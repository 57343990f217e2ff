/** Any part of `T`. `undefined` removes a property that the builder made. */
export type Overrides<T> = T extends readonly (infer M)[]
  ? readonly Overrides<M>[]
  : T extends object
    ? { readonly [K in keyof T]?: Overrides<T[K]> | undefined }
    : T

/** Merges `overrides` into `event`. Lists of objects are merged member by member; everything else is replaced. */
export function withOverrides<T>(event: T, overrides: Overrides<T> | undefined): T {
  return overrides === undefined ? event : (merged(event, overrides) as T)
}

function merged(base: unknown, change: unknown): unknown {
  if (isList(base) && isList(change) && change.every(isPlain)) {
    return [
      ...base.map((member, index) => (index in change ? merged(member, change[index]) : member)),
      ...change.slice(base.length),
    ]
  }
  if (!isPlain(base) || !isPlain(change)) return change
  const result: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) delete result[key]
    else result[key] = key in base ? merged(base[key], value) : value
  }
  return result
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)
const isPlain = (value: unknown): value is Record<string, unknown> => Object.prototype.toString.call(value) === '[object Object]'
