import { RuntimeError } from '../../errors/runtime-error.ts'

/** AWS's words for every ZIP that it can't unpack. @see contract 6.3 */
const AWS_REFUSAL = 'Could not unzip uploaded file. Please check your file, then try to upload again.'

/** What is wrong with a ZIP, said where neither its path nor the option it came from is known. */
export class ZipFault extends Error {
  readonly entry: string | undefined
  /** AWS's words. */
  readonly refusal: string

  constructor(reason: string, options: { entry?: string | undefined; refusal?: string; cause?: unknown } = {}) {
    super(reason, { cause: options.cause })
    this.entry = options.entry
    this.refusal = options.refusal ?? AWS_REFUSAL
  }
}

/** The error that users see; `what` is the option or the file the ZIP came from. */
export function zipError(what: string, fault: ZipFault): RuntimeError {
  const subject = fault.entry === undefined ? 'It' : `Its entry ${JSON.stringify(fault.entry)}`
  return new RuntimeError('ZIP_EXTRACTION_FAILED', `${what}: ${fault.refusal} ${subject} ${fault.message}.`, {
    data: { what, entry: fault.entry, reason: fault.message },
    ...(fault.cause === undefined ? {} : { cause: fault.cause }),
  })
}
