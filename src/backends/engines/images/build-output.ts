import { stripVTControlCharacters } from 'node:util'

/** One message of an engine that builds. */
export interface BuildMessage {
  readonly stream?: string
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
}

/** A failed step may have printed much; its last lines say why it failed. */
const LINES_KEPT = 15
const TEXT_LIMIT = 100_000

/** What a builder says: its last lines, the step it is at, and the error it ended with. */
export class BuildOutput {
  #text = ''
  #step: string | undefined
  #error: string | undefined

  /** `Step 2/5 : RUN npm ci` */
  get step(): string | undefined {
    return this.#step
  }

  get error(): string | undefined {
    return this.#error
  }

  /** The last lines that are not blank. */
  get tail(): readonly string[] {
    const lines = this.#text.split(/[\r\n]+/).filter(line => line.trim() !== '')
    return lines.slice(-LINES_KEPT)
  }

  add({ stream = '', error, errorDetail }: BuildMessage): void {
    this.#error ??= (error || errorDetail?.message)?.trim()
    this.#text += stripVTControlCharacters(stream)
    // Cut only now and then, because each cut copies the text.
    if (this.#text.length > 2 * TEXT_LIMIT) this.#text = this.#text.slice(-TEXT_LIMIT)
    // podman numbers stages, too: [1/2] STEP 2/3: …
    this.#step = /^(?:\[\d+\/\d+\] )?step \d+\/\d+ ?: .*/im.exec(stream)?.[0] ?? this.#step
  }
}
