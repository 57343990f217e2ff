import { stripVTControlCharacters } from 'node:util'
import { readableMessage } from '../../invocations/readable-record.ts'
import type { LogRecord } from '../../model/log-record.ts'
import { brief, count } from './format.ts'

const MAX_LINES = 20
const MAX_BYTES = 4096
const MAX_LINE = 1000

interface Line {
  readonly text: string
  readonly marked: boolean
}

/** The end of a log, at most 20 lines and 4 KiB, with the lines that matter marked by `>` and kept wherever they are. */
export function logExcerpt(records: readonly LogRecord[], marked: readonly LogRecord[] = []): string {
  const lines = records.flatMap(record => linesOf(record, marked.includes(record)))
  if (lines.length === 0) return 'Log: nothing'
  const kept = choose(lines)
  const shown: string[] = []
  let previous = -1
  for (const index of kept) {
    if (index !== previous + 1 && shown.length > 0) shown.push('  …')
    const line = lines[index]!
    shown.push(`${line.marked ? '>' : ' '} ${line.text}`.trimEnd())
    previous = index
  }
  const head =
    kept.length === lines.length ? `Log (${count(lines.length, 'line')}):` : `Log (${kept.length} of ${lines.length} lines):`
  return [head, ...shown].join('\n')
}

/** One record as a reader wants it: level, then message; the platform's lines as they are. */
function linesOf(record: LogRecord, marked: boolean): Line[] {
  const level = record.source === 'platform' || record.level === undefined ? '' : `${record.level.padEnd(5)} `
  const text = stripVTControlCharacters(record.source === 'platform' ? record.raw : readableMessage(record)).trimEnd()
  return text.split(/\r?\n/).map((line, index) => ({
    text: index === 0 ? brief(level + line, MAX_LINE) : brief(' '.repeat(level.length) + line, MAX_LINE),
    marked: marked && index === 0,
  }))
}

/** Indexes in order: the marked ones first, then from the end, while there is room. */
function choose(lines: readonly Line[]): number[] {
  const kept: number[] = []
  let bytes = 0
  const last = lines.map((_, index) => index).reverse()
  for (const index of [...last.filter(i => lines[i]!.marked), ...last.filter(i => !lines[i]!.marked)]) {
    bytes += Buffer.byteLength(lines[index]!.text) + 3
    if (kept.length === MAX_LINES || bytes > MAX_BYTES) break
    kept.push(index)
  }
  return kept.sort((a, b) => a - b)
}
