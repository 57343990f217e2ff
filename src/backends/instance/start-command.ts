import { isManaged } from '../../emulator/environment/environment-variables.ts'
import { RuntimeError } from '../../errors/runtime-error.ts'
import type { LambdaFunction } from '../../model/lambda-function.ts'
import type { ImageInfo } from '../engines/images/images.ts'
import type { StartCommand } from '../init/init-control.ts'

/** The command that the init starts as the runtime. @throws RuntimeError `NO_ENTRYPOINT` @see contract 7.1 */
export function startCommand(fn: LambdaFunction, image: ImageInfo): StartCommand {
  if (fn.imageUri !== undefined) return { ...imageCommand(fn, image), telemetry: true }
  // The entrypoint of AWS's base image for custom runtimes would look for a bootstrap in the image, which has none.
  if (!isManaged(fn.runtime)) return { bootstrap: true, workingDirectory: '/var/task' }
  const command = [...image.entryPoint, fn.handler ?? '']
  return { command, workingDirectory: '/var/task', telemetry: true }
}

/** `imageConfig` overrides the image's own settings. */
function imageCommand({ functionName, imageConfig = {} }: LambdaFunction, image: ImageInfo): StartCommand {
  const command = [...(imageConfig.entryPoint ?? image.entryPoint), ...(imageConfig.command ?? image.command)]
  if (command.length === 0) {
    throw new RuntimeError(
      'NO_ENTRYPOINT',
      `The image ${image.reference} of "${functionName}" has neither ENTRYPOINT nor CMD, so there is nothing to start. Add one of them, or set imageConfig: { entryPoint: [...], command: [...] }.`,
      { data: { functionName, image: image.reference } },
    )
  }
  return { command, workingDirectory: imageConfig.workingDirectory ?? image.workingDirectory }
}
