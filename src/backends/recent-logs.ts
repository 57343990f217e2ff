import type { LogStream } from '../emulator/log-stream.ts'

const LIMIT = 256 * 1024

/** The last 256 KiB of an instance's log, platform lines included. */
export class RecentLogs {
  #lines: string[] = []
  #length = 0

  constructor(stream: LogStream) {
    stream.onRecord(({ raw }) => {
      this.#lines.push(raw)
      this.#length += raw.length + 1
      while (this.#length > LIMIT && this.#lines.length > 1) this.#length -= (this.#lines.shift() ?? '').length + 1
    })
  }

  text(): string {
    return this.#lines.map(line => `${line}\n`).join('')
  }
}
