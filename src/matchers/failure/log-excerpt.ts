import { stripVTControlCharacters } from 'node:util'
import { truncateMasked } from '../../errors/secrets.ts'
import { readableMessage } from '../../invocations/readable-record.ts'
import type { LogRecord } from '../../model/log-record.ts'
import { plural } from './format.ts'

const MAX_LINES = 20
const MAX_BYTES = 4096
const MAX_LINE = 1000

interface Line {
  readonly text: string
  readonly marked: boolean
}

/** The end of a log: at most 20 lines and 4 KiB. Marked records have a `>` and are kept wherever they are. */
export function logExcerpt(records: readonly LogRecord[], marked: readonly LogRecord[] = []): string {
  const lines = records.flatMap(record => linesOf(record, marked.includes(record)))
  if (lines.length === 0) return 'Log: empty'
  const kept = choose(lines)
  const shown = kept.flatMap((index, position) => {
    const line = lines[index]!
    const isGap = position > 0 && index !== kept[position - 1]! + 1
    return [...(isGap ? ['  …'] : []), `${line.marked ? '>' : ' '} ${line.text}`.trimEnd()]
  })
  const total = plural(lines.length, 'line')
  return [`Log (${kept.length === lines.length ? total : `${kept.length} of ${total}`}):`, ...shown].join('\n')
}

/** Level and message of a record. Lines of the platform are shown as they are. */
function linesOf(record: LogRecord, marked: boolean): Line[] {
  const level = record.source === 'platform' || record.level === undefined ? '' : `${record.level.padEnd(5)} `
  const text = stripVTControlCharacters(record.source === 'platform' ? record.raw : readableMessage(record)).trimEnd()
  return text.split(/\r?\n/).map((line, index) => ({
    text: truncateMasked((index === 0 ? level : ' '.repeat(level.length)) + line, MAX_LINE),
    marked: marked && index === 0,
  }))
}

/** Indexes of the lines to show, in order. Marked lines come first, then the last ones, until there are enough. */
function choose(lines: readonly Line[]): number[] {
  const kept: number[] = []
  let bytes = 0
  const fromEnd = lines.map((_, index) => index).reverse()
  for (const index of [...fromEnd.filter(i => lines[i]!.marked), ...fromEnd.filter(i => !lines[i]!.marked)]) {
    bytes += Buffer.byteLength(lines[index]!.text) + 3
    if (kept.length === MAX_LINES || bytes > MAX_BYTES) break
    kept.push(index)
  }
  return kept.sort((a, b) => a - b)
}
