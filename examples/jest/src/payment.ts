import { setTimeout } from 'node:timers/promises'

/** Charges a card, at a provider that is slow at times. */
export async function handler({ amount, delayMs }: { amount: number; delayMs: number }): Promise<{ charged: number }> {
  console.log(`calling the payment provider for ${amount}`)
  await setTimeout(delayMs)
  return { charged: amount }
}
