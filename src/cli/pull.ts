import type { BackendName } from '../backends/backend.ts'
import { runtimeImage } from '../backends/instance/runtime-image.ts'
import { BACKENDS, openBackend } from './open-backend.ts'

type Print = (text: string) => void
type Outcome = 'pulled' | 'failed' | 'absent'

/** Those that pull images themselves. */
const PULLING: readonly BackendName[] = ['docker', 'podman']
/** `nodejs24.x`, `provided.al2023`; an image's name has another form. */
const RUNTIME = /^(nodejs|python|java|dotnet|ruby|provided)[\d.][\w.]*$/

/** `lambda-fixtures pull`: exits with 1 if an image could not be pulled, or no engine was there to pull it. */
export async function pull(names: readonly string[], backend: string | undefined, print: Print): Promise<number> {
  if (names.length === 0) throw new Error("name at least one image or runtime, such as 'nodejs24.x'")
  const images = [...new Set(names.map(name => (RUNTIME.test(name) ? runtimeImage(name) : name)))]
  const outcomes = new Set<Outcome>()
  for (const name of backend === undefined ? PULLING : [backendName(backend)]) outcomes.add(await pullOn(name, images, print))
  return outcomes.has('pulled') && !outcomes.has('failed') ? 0 : 1
}

async function pullOn(name: BackendName, images: readonly string[], print: Print): Promise<Outcome> {
  const backend = await openBackend(name)
  if (typeof backend === 'string' || backend.prepullImage === undefined) {
    print(`${name}: ${typeof backend === 'string' ? backend : 'it pulls no images'}\n`)
    return 'absent'
  }
  let outcome: Outcome = 'pulled'
  for (const image of images) {
    try {
      await backend.prepullImage(image)
      print(`${name}: has ${image}\n`)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      print(`${name}: ${message}\n`)
      if (code === 'BACKEND_UNAVAILABLE' || code === 'MISSING_PEER') return 'absent'
      outcome = 'failed'
    }
  }
  return outcome
}

function backendName(name: string): BackendName {
  const found = BACKENDS.find(each => each === name)
  if (found === undefined) throw new Error(`unknown backend: ${name}; the backends are ${BACKENDS.join(', ')}`)
  return found
}
