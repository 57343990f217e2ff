/** `0.10 ms`, `38 ms`, `1,962 ms`. */
export function milliseconds(ms: number): string {
  return `${ms < 10 && !Number.isInteger(ms) ? ms.toFixed(2) : Math.round(ms).toLocaleString('en-US')} ms`
}

/** `3.00 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}

/** `1 record`, `2 records`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
