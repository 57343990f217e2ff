/** Random numbers that are the same in every run. */
export interface Seeded {
  /** A number from 0 to `limit` - 1. */
  below(limit: number): number
  fill(bytes: Uint8Array): void
}

/** xorshift32. @param seed must not be 0 */
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
