import { clearInterval, clearTimeout, setInterval, setTimeout } from '../../../platform/clock.ts'

const QUIET_MS = 1_000
const EVERY_MS = 5_000

/**
 * Says on stderr that `work` is under way, and how far it is, once it takes longer than a second.
 * @param what `docker pulls orders:1`
 * @param state `3 of 80 MB`, or `undefined` while it is unknown
 */
export async function withProgress<T>(what: string, state: () => string | undefined, work: () => Promise<T>): Promise<T> {
  let interval: ReturnType<typeof setInterval> | undefined
  const say = (text: string): void => void process.stderr.write(`lambda-fixtures: ${what}${text}\n`)
  const sayState = (): void => {
    const known = state()
    say(known === undefined ? ' …' : `: ${known}`)
  }
  const timer = setTimeout(() => {
    sayState()
    interval = setInterval(sayState, EVERY_MS)
  }, QUIET_MS)
  const end = (how: string): void => {
    clearTimeout(timer)
    if (interval === undefined) return
    clearInterval(interval)
    say(`: ${how}`)
  }
  try {
    const result = await work()
    end('done')
    return result
  } catch (error) {
    end('failed')
    throw error
  }
}
