import { stripVTControlCharacters } from 'node:util'
import { Progress } from './progress.ts'

/** One line of what an engine says while it builds. */
interface BuildLine {
  readonly stream?: string
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
}

/** A failed step may have said much; its end is what tells why. */
const LINES_KEPT = 15

/** What a builder says: its last lines, the step it is at, and why it gave up. */
export class BuildOutput {
  readonly #progress: Progress
  #text = ''
  #rest = ''
  #step: string | undefined
  #failure: string | undefined

  constructor(what: string) {
    this.#progress = new Progress(what, () => this.#step)
  }

  /** What the builder gave up for. */
  get failure(): string | undefined {
    return this.#failure
  }

  /** The last lines, without those that say nothing. */
  get tail(): readonly string[] {
    return this.#lines().slice(-LINES_KEPT)
  }

  take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop() ?? ''
    for (const line of lines) this.#takeLine(line)
  }

  /** @param done whether there is an image now */
  end(done: boolean): void {
    this.#progress.end(done)
  }

  #takeLine(text: string): void {
    if (text.trim() === '') return
    const { stream, error, errorDetail } = JSON.parse(text) as BuildLine
    this.#failure ??= (error || errorDetail?.message)?.trim()
    if (stream === undefined) return
    // Long outputs are cut now and then, so that they are not copied for each line.
    this.#text += stripVTControlCharacters(stream)
    if (this.#text.length > 200_000) this.#text = this.#text.slice(-100_000)
    // podman numbers stages, too: [1/2] STEP 2/3: …
    const step = /^(?:\[\d+\/\d+\] )?step \d+\/\d+ ?: .*/im.exec(stream)
    if (step !== null) this.#step = step[0]
  }

  #lines(): string[] {
    return this.#text.split(/[\r\n]+/).filter(line => line.trim() !== '')
  }
}
