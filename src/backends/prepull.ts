import type { LambdaFunction } from '../model/lambda-function.ts'
import type { BackendName, LambdaBackend } from './backend.ts'
import { chooseBackend } from './choose-backend.ts'
import { runtimeImage } from './instance/runtime-image.ts'

/**
 * Fetches, in the background, the image that a function will need, if its backend needs one and pulls by itself: its launch then
 * has less to wait for. What fails here fails again there, with its reason.
 */
export async function prepull(fn: LambdaFunction, named: BackendName | LambdaBackend | undefined): Promise<void> {
  // What is built may need what hooks before its launch make.
  if (fn.imageBuild !== undefined) return
  try {
    const backend = await chooseBackend(fn, named)
    if (backend.prepullImage !== undefined) await backend.prepullImage(fn.imageUri ?? runtimeImage(fn.runtime ?? ''))
  } catch {}
}
