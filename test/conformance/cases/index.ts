import type { Theme } from '../case.ts'
import { exits } from './exits.ts'
import { payloads } from './payloads.ts'

export const THEMES: readonly Theme[] = [payloads, exits]
