/** Random numbers that are the same in every run. */
export interface Seeded {
  /** From 0 to `limit` - 1. */
  below(limit: number): number
  fill(bytes: Uint8Array): void
}

/** xorshift32 from a seed that is not 0. */
export function seeded(seed: number): Seeded {
  let state = seed
  const next = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  return {
    below: limit => next() % limit,
    fill: bytes => {
      for (let i = 0; i < bytes.length; i++) bytes[i] = next()
    },
  }
}
