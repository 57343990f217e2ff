import { hrnow, setTimeout } from '../../../platform/clock.ts'
import { isTransient } from './api-error.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 1_000

/** Asks again while the API server can't be reached or says that it can't answer now, for `patience` ms or until it is given up. */
export async function retrying<T>(ask: () => Promise<T>, patience: number, givenUp: () => boolean = () => false): Promise<T> {
  const deadline = hrnow() + patience
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await ask()
    } catch (error) {
      if (!isTransient(error) || hrnow() + pause > deadline || givenUp()) throw error
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }
}
