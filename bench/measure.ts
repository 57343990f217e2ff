/** Milliseconds that one run takes. */
export async function time(run: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/**
 * Runs the contestants in turns, there and back, so that what else the machine does, and what the one before has left to the garbage
 * collector and the caches, meets all of them. Gives medians in ms.
 */
export async function sideBySide<N extends string>(
  rounds: number,
  contestants: Record<N, () => Promise<number>>,
): Promise<Record<N, number>> {
  const names = Object.keys(contestants) as N[]
  const times = Object.fromEntries(names.map(name => [name, []])) as unknown as Record<N, number[]>
  for (const contestant of Object.values<() => Promise<number>>(contestants)) await contestant()
  for (let round = 0; round < rounds; round++) {
    for (const name of names) times[name].push(await contestants[name]())
    names.reverse()
  }
  return Object.fromEntries(Object.entries<number[]>(times).map(([name, all]) => [name, median(all)])) as Record<N, number>
}

export interface Gate {
  readonly name: string
  readonly ratio: number
  readonly limit: number
}

/** Prints the ratios and gives the exit code. */
export function judge(gates: readonly Gate[]): number {
  for (const { name, ratio, limit } of gates) {
    console.log(`${ratio <= limit ? 'ok  ' : 'OVER'} ${name}: ${ratio.toFixed(2)} (at most ${limit})`)
  }
  return gates.every(({ ratio, limit }) => ratio <= limit) ? 0 : 1
}
