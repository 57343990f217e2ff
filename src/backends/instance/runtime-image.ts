import { RuntimeError } from '../../errors/runtime-error.ts'

const REGISTRY = 'public.ecr.aws'

/** The environment variables in which users name other images or registries than AWS's. */
export type ImageVariables = Readonly<Record<string, string | undefined>>

/**
 * The image of a runtime: `nodejs24.x` → `public.ecr.aws/lambda/nodejs:24`, unless `LAMBDA_FIXTURES_IMAGE_NODEJS24_X` names another.
 * @see contract 7
 */
export function runtimeImage(runtime: string, env: ImageVariables = process.env): string {
  const named = env[imageVariable(runtime)]
  if (named) return named
  const match = /^(nodejs|python|java|dotnet|ruby|provided)\.?([a-z\d].*)$/.exec(runtime)
  if (match === null)
    throw new RuntimeError('UNSUPPORTED_RUNTIME', `AWS has no image for the runtime ${runtime}.`, { data: { runtime } })
  return mirrored(`${REGISTRY}/lambda/${match[1]}:${match[2]!.replace(/\.x$/, '')}`, env)
}

/** `nodejs24.x` → `LAMBDA_FIXTURES_IMAGE_NODEJS24_X` */
export function imageVariable(runtime: string): string {
  return `LAMBDA_FIXTURES_IMAGE_${runtime.toUpperCase().replaceAll(/[^A-Z\d]/g, '_')}`
}

/**
 * The name under which an image is pulled. `LAMBDA_FIXTURES_IMAGE_MIRROR` (`registry.corp/aws`) replaces AWS's public registry,
 * `LAMBDA_FIXTURES_ECR_REGISTRY` (`localhost:5000`) private ECR registries. `TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX` goes before names
 * without a registry, as in Testcontainers.
 */
export function mirrored(image: string, env: ImageVariables = process.env): string {
  const {
    LAMBDA_FIXTURES_IMAGE_MIRROR: mirror,
    LAMBDA_FIXTURES_ECR_REGISTRY: ecr,
    TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX: hub,
  } = env
  const [host = '', ...path] = image.split('/')
  if (mirror && host === REGISTRY) return `${withSlash(mirror)}${path.join('/')}`
  if (ecr && /^\d{12}\.dkr\.ecr[.-].*\.amazonaws\.com/.test(host)) return `${withSlash(ecr)}${path.join('/')}`
  const isHub = path.length === 0 || !(host.includes('.') || host.includes(':') || host === 'localhost')
  return hub && isHub ? `${withSlash(hub)}${image}` : image
}

const withSlash = (prefix: string): string => (prefix.endsWith('/') ? prefix : `${prefix}/`)
