const REGISTRY: unique symbol = Symbol.for('lambda-fixtures/secrets') as never
const state = globalThis as { [REGISTRY]?: Set<string> }

/** Shorter values are common words or numbers, and masking them would spoil the text without hiding anything. */
const SHORTEST = 4
const NAME = /secret|token|password|passwd|key|credential/i
const KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']

/** True if a variable of this name holds what no log should show, such as `DB_PASSWORD`. */
export function isSecretName(name: string): boolean {
  return NAME.test(name)
}

/** From now on {@link maskSecrets} hides this value. Values of fewer than 4 characters are not hidden. */
export function registerSecret(value: string): void {
  if (value.length < SHORTEST) return
  state[REGISTRY] ??= new Set()
  state[REGISTRY].add(value)
}

/** Registers the values of those variables whose names say that they are secret. */
export function registerSecretsOf(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && isSecretName(name)) registerSecret(value)
  }
}

/** The text with every registered secret, and this process's own AWS keys, replaced by `***`. */
export function maskSecrets(text: string): string {
  let masked = text
  for (const secret of secrets()) masked = masked.replaceAll(secret, '***')
  return masked
}

/** As they are and as JSON text has them; the longest first, because one may hold another. */
function secrets(): string[] {
  const own = KEYS.map(key => process.env[key] ?? '').filter(value => value.length >= SHORTEST)
  const plain = [...(state[REGISTRY] ?? []), ...own]
  const escaped = plain.map(value => JSON.stringify(value).slice(1, -1))
  return [...new Set([...plain, ...escaped])].sort((a, b) => b.length - a.length)
}
