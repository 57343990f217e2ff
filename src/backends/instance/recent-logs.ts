import type { LogStream } from '../../emulator/logs/log-stream.ts'

const LIMIT = 256 * 1024

/** The last 256 KiB of an instance's log, with the platform's lines. */
export class RecentLogs {
  #lines: string[] = []
  #length = 0

  constructor(stream: LogStream) {
    stream.onRecord(({ raw }) => {
      this.#lines.push(raw)
      this.#length += raw.length + 1
      if (this.#length > 2 * LIMIT) this.#forget()
    })
  }

  text(): string {
    this.#forget()
    return this.#lines.map(line => `${line}\n`).join('')
  }

  /** Called only now and then, because to move thousands of lines at each new one would slow down every invocation. */
  #forget(): void {
    let count = 0
    while (this.#length > LIMIT && count < this.#lines.length - 1) this.#length -= this.#lines[count++]!.length + 1
    this.#lines.splice(0, count)
  }
}
