import { RuntimeError } from '../errors/runtime-error.ts'

/** AWS's message for every ZIP that it can't unpack. @see contract 6.3 */
const NOT_UNZIPPED = 'Could not unzip uploaded file. Please check your file, then try to upload again.'

/** What is wrong with a code package, thrown where the option and the path that it came from are not known. */
export class PackageFault extends Error {
  readonly entry: string | undefined
  /** AWS's message. */
  readonly refusal: string

  /** @param reason completes a sentence whose subject is the entry, or the package: `has no files` */
  constructor(reason: string, options: { entry?: string | undefined; refusal?: string; cause?: unknown } = {}) {
    super(reason, { cause: options.cause })
    this.entry = options.entry
    this.refusal = options.refusal ?? NOT_UNZIPPED
  }
}

/** A name in quotes, cut so that a message stays readable. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name)
}

/** The error that users see for a fault. @param what the option or the file that the package came from */
export function packageError(what: string, fault: PackageFault): RuntimeError {
  const subject = fault.entry === undefined ? 'It' : `Its entry ${quoted(fault.entry)}`
  return new RuntimeError('ZIP_EXTRACTION_FAILED', `${what}: ${fault.refusal} ${subject} ${fault.message}.`, {
    data: { what, entry: fault.entry, reason: fault.message },
    ...(fault.cause === undefined ? {} : { cause: fault.cause }),
  })
}
