const REGISTRY: unique symbol = Symbol.for('lambda-fixtures/secrets') as never
const state = globalThis as { [REGISTRY]?: Set<string> }

const OWN_KEYS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']
const SECRET_WORD = /^(PASS|PWD|PAT)$|(PASSWORDS?|PASSWD|PASSPHRASE|SECRETS?|TOKEN|CREDENTIALS?|(API|ACCESS|PRIVATE|SECRET)KEY)$/
/** A `…_KEY` that says where data is, not who may read it. */
const DATA_KEY =
  /^(PARTITION|SORT|PRIMARY|FOREIGN|HASH|RANGE|CACHE|S3|OBJECT|INDEX|LOOKUP|DEDUPLICATION|GROUP|ROUTING|ROW|TABLE|IDEMPOTENCY|MESSAGE|EVENT|PUBLIC|MAP|ITEM|QUERY|FEATURE|LOCK|SHARD|TENANT|FILE)$/
/** The last word of a name such as `SECRET_ARN`, whose value describes a secret and is not one itself. */
const DESCRIBES =
  /^(NAME|ARN|ID|URLS?|URI|ENDPOINT|HOST|PORT|PATH|FILE|DIR|TABLE|BUCKET|INDEX|PREFIX|SUFFIX|TTL|EXPIRY|EXPIRES|EXPIRATION|TIMEOUT|LENGTH|SIZE|LIMIT|COUNT|TYPE|REGION|POLICY|FORMAT|HEADER|ISSUER|AUDIENCE|ALGORITHM|ENABLED|REQUIRED|DAYS|HOURS|MINUTES|SECONDS|MS|AGE|COLUMN|FIELD|ATTRIBUTE|PATTERN|PARAMETER|ALIAS|VERSION|STAGE|SOURCE|PROVIDER|STORE|SERVICE|SCOPES?|USE)$/
/** Values that everybody uses in tests: masking them hides nothing and spoils the text. */
const WELL_KNOWN =
  /^(true|false|null|none|undefined|test|tests?ing|example|dummy|fake|local|localhost|localstack|default|changeme|password|passw0rd|secret|token|key|root|admin|user|guest|postgres|mysql|redis|mongo|minio|minioadmin|rabbitmq|\d{1,5})$/i
/** Tokens of GitHub, GitLab, npm, Slack, Stripe and AWS, and JSON Web Tokens. */
const TOKEN = /^(gh[opsu]_|github_pat_|glpat-|npm_|xox[abprs]-|[rs]k_live_|AKIA[A-Z2-7]{16}$|eyJ[\w-]+\.)/

/** True for the name of a variable such as `DB_PASSWORD`, whose value must not be shown. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name)
  if (DESCRIBES.test(words.at(-1) ?? '') && !words.join('_').endsWith('ACCESS_KEY_ID')) return false
  return words.some((word, index) => {
    if (word === 'KEY') return index > 0 && !DATA_KEY.test(words[index - 1]!)
    return SECRET_WORD.test(word) && !(index === 0 && word === 'PWD')
  })
}

const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z\d]+/)
    .filter(word => word !== '')

/** From now on {@link maskSecrets} hides this value, unless it has fewer than 4 characters or is a word such as `password`. */
export function registerSecret(value: string): void {
  const lines = value.split(/\r?\n|\\n/)
  if (lines.length === 1) add(value)
  // A log shows such a value line by line.
  else for (const line of lines) if (line.length >= 8 && !line.startsWith('-----')) add(line)
}

/** Registers the secrets in variables or options, found by their names, in the passwords of URLs, and in JSON. */
export function registerSecretsOf(value: unknown, name = '', depth = 0): void {
  if (typeof value === 'object' && value !== null && depth < 5) {
    for (const [key, member] of Object.entries(value)) {
      // Their members are named after files.
      if (key === 'code' || key === 'layers') continue
      registerSecretsOf(member, Array.isArray(value) ? name : key, depth + 1)
    }
  }
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint') return
  const text = String(value)
  const isOwnName = wordsOf(name).includes(text.toUpperCase())
  if (TOKEN.test(text) || (isSecretName(name) && !isOwnName)) registerSecret(text)
  if (text.includes('://') && URL.canParse(text)) registerSecret(decoded(new URL(text).password))
  if (text.startsWith('{')) registerSecretsOf(parse(text), name, depth + 1)
}

function add(value: string): void {
  if (value.length < 4 || WELL_KNOWN.test(value)) return
  state[REGISTRY] ??= new Set()
  state[REGISTRY].add(value)
}

function decoded(password: string): string {
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The text with every registered secret, and this process's own AWS keys, replaced by `***`. */
export function maskSecrets(text: string): string {
  const own = OWN_KEYS.map(key => process.env[key] ?? '').filter(value => value.length >= 4)
  const key = [state[REGISTRY]?.size ?? 0, ...own].join(' ')
  if (cache?.key !== key) cache = { key, pattern: patternOf([...(state[REGISTRY] ?? []), ...own]) }
  return cache.pattern === undefined ? text : text.replace(cache.pattern, '***')
}

/** A copy of a JSON value without secrets. Asymmetric matchers and instances of classes stay as they are. */
export function maskSecretsIn(value: unknown): unknown {
  if (typeof value === 'string') return maskSecrets(value)
  if (Array.isArray(value)) return value.map(maskSecretsIn)
  if (Object.prototype.toString.call(value) !== '[object Object]' || 'asymmetricMatch' in (value as object)) return value
  return Object.fromEntries(Object.entries(value as object).map(([key, member]) => [key, maskSecretsIn(member)]))
}

/** At most `length` characters, without secrets. They are masked first, because the mask would miss one that is cut off. */
export function truncateMasked(text: string, length = 200): string {
  const masked = maskSecrets(text)
  return masked.length <= length ? masked : `${masked.slice(0, length - 1)}…`
}

/** Secrets are only ever added, so their number says whether the pattern is up to date. */
let cache: { readonly key: string; readonly pattern: RegExp | undefined } | undefined

function patternOf(secrets: readonly string[]): RegExp | undefined {
  // The longest first, because a secret may contain another one.
  const forms = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length)
  return forms.length === 0 ? undefined : new RegExp(forms.map(sourceOf).join('|'), 'gu')
}

/** A value as it is, in JSON, in a URL and in Base64. */
function formsOf(value: string): string[] {
  const inUrl = encodeURIComponent(value.toWellFormed())
  return [value, JSON.stringify(value).slice(1, -1), inUrl, Buffer.from(value).toString('base64')]
}

/** A short value, or a plain word, is hidden only as a whole word. An escape such as `\\n` or a colour may come before it. */
function sourceOf(value: string): string {
  const source = value.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const isWordLike = value.length < 8 || /^\p{Lu}?\p{Ll}+$/u.test(value)
  return isWordLike ? `(?:(?<![\\p{L}\\d])|(?<=\\\\[nrt]|\\x1b\\[[\\d;]*m))${source}(?![\\p{L}\\d])` : source
}
