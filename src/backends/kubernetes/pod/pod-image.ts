import { RuntimeError } from '../../../errors/runtime-error.ts'
import type { LambdaFunction } from '../../../model/lambda-function.ts'
import type { ImageInfo } from '../../engines/images/images.ts'
import { mirrored, runtimeImage } from '../../instance/runtime-image.ts'

/** Of AWS's own images, and of those made from them. */
const AWS_ENTRYPOINT = ['/lambda-entrypoint.sh']

/**
 * The image of a function, with what a cluster doesn't tell of it: what it would start.
 * @throws RuntimeError `UNSUPPORTED_RUNTIME`, `NO_ENTRYPOINT`
 */
export function podImage(fn: LambdaFunction): ImageInfo {
  const { runtime = '', imageUri, imageConfig = {}, architecture, functionName } = fn
  const common = { architecture, environment: {}, workingDirectory: '' }
  if (imageUri === undefined) return { ...common, reference: runtimeImage(runtime), entryPoint: AWS_ENTRYPOINT, command: [] }
  const reference = mirrored(imageUri)
  const { entryPoint, command } = imageConfig
  if (entryPoint === undefined && command === undefined) {
    throw new RuntimeError(
      'NO_ENTRYPOINT',
      `kubernetes can't run "${functionName}": a cluster doesn't tell what the image ${reference} would start. Give imageConfig: ` +
        `{ entryPoint: [...], command: [...] } as in its Dockerfile; for an image made from AWS's, command alone (its CMD, such as ['app.handler']).`,
      { data: { functionName, image: reference, backend: 'kubernetes' } },
    )
  }
  return { ...common, reference, entryPoint: entryPoint ?? AWS_ENTRYPOINT, command: command ?? [] }
}
