import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RuntimeError } from '../../errors/runtime-error.ts'
import { packageRoot } from '../../platform/package-root.ts'

const inits = new Map<string, Promise<Buffer>>()

/** The init for an architecture, read once. @throws RuntimeError `INSTANCE_START_FAILED` */
export function readInit(architecture: string): Promise<Buffer> {
  let reading = inits.get(architecture)
  if (reading === undefined) {
    const file = join(packageRoot(), 'init', 'dist', `init-${architecture}`)
    reading = readFile(file).catch((cause: unknown) => {
      inits.delete(architecture)
      throw new RuntimeError(
        'INSTANCE_START_FAILED',
        `lambda-fixtures' own init for ${architecture} is missing: ${file}. In a checkout, init/build.sh builds it; else install the package anew.`,
        { data: { architecture, file }, cause },
      )
    })
    inits.set(architecture, reading)
  }
  return reading
}
