/** Why a builder gave up, and what it said last. */
export class BuildFailure extends Error {
  readonly tail: readonly string[]

  constructor(message: string, tail: readonly string[], cause: unknown) {
    super(message, { cause })
    this.tail = tail
  }
}
