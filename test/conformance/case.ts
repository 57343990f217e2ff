import type { Capability } from './backends.ts'
import type { Lab } from './lab.ts'
import type { Language } from './languages.ts'

/** One line of AWS's contract, as something that can be tried. */
export interface ConformanceCase {
  /** Unique in its theme. */
  readonly name: string
  /** The section of docs/contract.md, such as `2.5`, or the part of this library's API that promises it. */
  readonly contract: string
  /** Default: all. */
  readonly in?: readonly Language[]
  /** A backend that can't do it by its nature runs the case all the same, and must fail it. */
  readonly needs?: Capability
  /** Its return value is the answer the page shows: the same in every run and on every machine. */
  readonly run: (lab: Lab) => Promise<string | undefined>
}

export interface Theme {
  readonly name: string
  /** Its cases run one after the other, when the others are done: they keep the machine busy. */
  readonly alone?: boolean
  readonly cases: readonly ConformanceCase[]
}
