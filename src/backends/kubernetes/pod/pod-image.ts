import { RuntimeError } from '../../../errors/runtime-error.ts'
import type { LambdaFunction } from '../../../model/lambda-function.ts'
import type { ImageInfo } from '../../engines/images/images.ts'
import { mirrored, runtimeImage } from '../../instance/runtime-image.ts'

/** The entrypoint of AWS's images, and of those that are made from them. */
const AWS_ENTRYPOINT = ['/lambda-entrypoint.sh']

/**
 * The image of a function. A cluster does not say what an image starts, so the options must.
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
      `kubernetes can't run "${functionName}": a cluster does not say what the image ${reference} starts. Give imageConfig: ` +
        `{ entryPoint: [...], command: [...] } as in its Dockerfile. For an image that is made from AWS's, command (its CMD, such as ['app.handler']) is enough.`,
      { data: { functionName, image: reference, backend: 'kubernetes' } },
    )
  }
  return { ...common, reference, entryPoint: entryPoint ?? AWS_ENTRYPOINT, command: command ?? [] }
}
