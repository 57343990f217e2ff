import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { packageRoot } from '../../platform/package-root.ts'

const inits = new Map<string, Promise<Buffer>>()

/** The init's program for an architecture. Each is read once. @throws RuntimeError `INSTANCE_START_FAILED` */
export function readInit(architecture: string): Promise<Buffer> {
  let reading = inits.get(architecture)
  if (reading === undefined) {
    const file = join(packageRoot(), 'init', 'dist', `init-${architecture}`)
    reading = readFile(file).catch((cause: unknown) => {
      inits.delete(architecture)
      throw new RuntimeError(
        'INSTANCE_START_FAILED',
        `The init of lambda-fixtures for ${architecture} is missing: ${file}. Install the package again; in a checkout, run init/build.sh.`,
        { data: { architecture, file }, cause },
      )
    })
    inits.set(architecture, reading)
  }
  return reading
}
