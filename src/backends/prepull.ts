import type { LambdaFunction } from '../model/lambda-function.ts'
import type { LambdaBackend } from './backend.ts'
import { runtimeImage } from './instance/runtime-image.ts'

/** Pulls the image that a function will need, if its backend needs one and pulls it itself. An empty `imageUri` is not known yet. */
export async function prepull(backend: LambdaBackend, fn: LambdaFunction, signal: AbortSignal): Promise<void> {
  if (fn.imageUri !== '') await backend.prepullImage?.(fn.imageUri ?? runtimeImage(fn.runtime ?? ''), signal)
}
