import type { Theme } from '../case.ts'
import { barrier } from './barrier.ts'
import { concurrency } from './concurrency.ts'
import { errors } from './errors.ts'
import { exits } from './exits.ts'
import { filesystem } from './filesystem.ts'
import { inits } from './inits.ts'
import { invokes } from './invokes.ts'
import { layers } from './layers.ts'
import { lifecycle } from './lifecycle.ts'
import { logsJson } from './logs-json.ts'
import { logsText } from './logs-text.ts'
import { memory } from './memory.ts'
import { payloads } from './payloads.ts'
import { runtimeApi } from './runtime-api.ts'
import { sizes } from './sizes.ts'
import { timeouts } from './timeouts.ts'
import { variables } from './variables.ts'

export const THEMES: readonly Theme[] = [
  payloads,
  sizes,
  errors,
  inits,
  timeouts,
  exits,
  memory,
  logsText,
  logsJson,
  variables,
  filesystem,
  layers,
  invokes,
  concurrency,
  lifecycle,
  runtimeApi,
  barrier,
]
