import { RESPONSE_LIMIT } from '../../model/payload-limits.ts'

const NEXT = /^GET \/2018-06-01\/runtime\/invocation\/next HTTP\/1\.1\r\n/
const RESPONSE = /^POST \/2018-06-01\/runtime\/invocation\/([\w-]+)\/response HTTP\/1\.1\r\n/
/** Well-formed headers, none of which changes how the request must be read. Other requests are read by node:http. */
const PLAIN_HEADERS =
  /^(?:(?!transfer-encoding|expect|upgrade|trailer|te:|lambda-runtime-function-response-mode)[\w-]+: ?[\t\x20-\x7e]*\r\n)+\r\n$/i
const HEAD_LIMIT = 16 * 1024

/** The head of one of the two requests that make up a warm invocation, in its plain form. */
export type PlainHead = PollHead | AnswerHead

export interface PollHead {
  readonly kind: 'poll'
  /** The size of the head in bytes. */
  readonly length: number
}

export interface AnswerHead extends AnswerForm {
  readonly kind: 'answer'
  readonly length: number
  readonly requestId: string
}

interface AnswerForm {
  /** The size of the body in bytes. */
  readonly bodyLength: number
  readonly contentType: string | undefined
  readonly pageFaults: string | undefined
}

/** Reads the heads of requests. A runtime sends the same heads again and again, so they are recognised by their bytes. */
export class PlainHeads {
  #poll: Known<PollHead> | undefined
  #answer: Known<AnswerHead> | undefined
  #headers = ''
  #form: AnswerForm | undefined

  /** The head at the beginning of `bytes`; `undefined` if its end has not arrived yet; `other` if node:http must read it. */
  read(bytes: Buffer): PlainHead | 'other' | undefined {
    const known = startsWith(bytes, this.#poll) ?? startsWith(bytes, this.#answer)
    if (known !== undefined) return known
    const end = bytes.indexOf('\r\n\r\n')
    if (end === -1) return bytes.length < HEAD_LIMIT && mayBePlain(bytes.toString('latin1', 0, 10)) ? undefined : 'other'
    const length = end + 4
    return this.#parse(bytes.toString('latin1', 0, length), length) ?? 'other'
  }

  /** Prepares to recognise the answer to this event, which probably has the same headers as the last one. */
  expectAnswer(requestId: string): void {
    if (this.#form === undefined) return
    const bytes = Buffer.from(`POST /2018-06-01/runtime/invocation/${requestId}/response HTTP/1.1\r\n${this.#headers}`, 'latin1')
    this.#answer = { bytes, head: { kind: 'answer', length: bytes.length, requestId, ...this.#form } }
  }

  #parse(text: string, length: number): PlainHead | undefined {
    const poll = NEXT.exec(text)
    if (poll !== null) {
      if (announcedLengths(text.slice(poll[0].length))?.length !== 0) return undefined
      const head: PollHead = { kind: 'poll', length }
      this.#poll = { bytes: Buffer.from(text, 'latin1'), head }
      return head
    }
    const [line, requestId] = RESPONSE.exec(text) ?? []
    if (line === undefined || requestId === undefined) return undefined
    const headers = text.slice(line.length)
    if (headers !== this.#headers) {
      this.#headers = headers
      this.#form = answerForm(headers)
    }
    return this.#form && { kind: 'answer', length, requestId, ...this.#form }
  }
}

interface Known<T> {
  readonly bytes: Buffer
  readonly head: T
}

/** What plain headers say; `undefined` if they are not plain, or announce no body or too large a one. */
function answerForm(headers: string): AnswerForm | undefined {
  const [announced, ...more] = announcedLengths(headers) ?? []
  const digits = /^content-length: ?(\d{1,7})$/i.exec(announced?.trimEnd() ?? '')?.[1]
  if (more.length > 0 || digits === undefined || Number(digits) > RESPONSE_LIMIT) return undefined
  return {
    bodyLength: Number(digits),
    contentType: /^content-type: ?(.*?)\r?$/im.exec(headers)?.[1],
    pageFaults: /^lambda-fixtures-page-faults: (\d+ \d+)\r?$/im.exec(headers)?.[1],
  }
}

/** Each `Content-Length` line of plain headers; `undefined` if they are not plain. */
function announcedLengths(headers: string): readonly string[] | undefined {
  if (!PLAIN_HEADERS.test(headers) || !/^host:/im.test(headers) || /^connection:(?! ?keep-alive\r)/im.test(headers)) {
    return undefined
  }
  return headers.match(/^content-length:.*/gim) ?? []
}

/** Whether a head that begins so may be one of the two. */
function mayBePlain(start: string): boolean {
  return ['GET /2018-', 'POST /2018'].some(line => line.startsWith(start))
}

function startsWith<T>(bytes: Buffer, known: Known<T> | undefined): T | undefined {
  if (known === undefined || bytes.length < known.bytes.length) return undefined
  return known.bytes.compare(bytes, 0, known.bytes.length) === 0 ? known.head : undefined
}
