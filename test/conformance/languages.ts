import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Code } from '../../src/index.ts'

/** A runtime family as the cases tell them apart: Node.js before 24 answers in ways of its own. */
export type Language = 'nodejs24' | 'nodejs22' | 'python' | 'provided'

export const LANGUAGES: readonly Language[] = ['nodejs24', 'nodejs22', 'python', 'provided']
export const NODE: readonly Language[] = ['nodejs24', 'nodejs22']
/** Those with a handler, which AWS brings the runtime of. */
export const MANAGED: readonly Language[] = ['nodejs24', 'nodejs22', 'python']

/** What `launch` is told to run the probe: one function for all cases, whose event says what it does. */
export interface Program {
  readonly runtime: string
  readonly handler?: string
  readonly code: Code
}

const folder = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url))

export const PROBES: Readonly<Record<Language, Program>> = {
  nodejs24: { runtime: 'nodejs24.x', handler: 'index.handler', code: folder('nodejs') },
  nodejs22: { runtime: 'nodejs22.x', handler: 'index.handler', code: folder('nodejs') },
  python: { runtime: 'python3.13', handler: 'app.handler', code: folder('python') },
  provided: { runtime: 'provided.al2023', code: folder('provided') },
}

/** Code of a `provided` function of a case's own: a script after the probe's library. */
export function bashFunction(script: string): Code {
  const library = readFileSync(`${folder('provided')}/lib.sh`, 'utf8')
  return { bootstrap: `#!/bin/bash\nsource "$LAMBDA_TASK_ROOT/lib.sh"\nconnect\n${script}\n`, 'lib.sh': library }
}
