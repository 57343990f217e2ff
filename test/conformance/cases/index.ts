import type { Theme } from '../case.ts'
import { errors } from './errors.ts'
import { exits } from './exits.ts'
import { inits } from './inits.ts'
import { logsJson, logsText } from './logs.ts'
import { memory } from './memory.ts'
import { payloads } from './payloads.ts'
import { sizes } from './sizes.ts'
import { timeouts } from './timeouts.ts'

export const THEMES: readonly Theme[] = [payloads, sizes, errors, inits, timeouts, exits, memory, logsText, logsJson]
