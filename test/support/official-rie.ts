/** AWS's runtime interface emulator, built once a machine from its Go module, outside the checkout. */
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { installOnce } from './official-rics.ts'

const run = promisify(execFile)
const MODULE = 'github.com/aws/aws-lambda-runtime-interface-emulator'
/** Its releases have no module version that the checksum database knows; this is a commit of its main branch. */
const VERSION = 'v0.0.0-20261030222936-bef5c4ba774d'

/** Path of a static program. Needs Go. */
export async function officialRie(): Promise<string> {
  const folder = await installOnce(`rie-${VERSION}`, async fresh => {
    const source = join(fresh, 'source')
    await mkdir(source)
    await writeFile(join(source, 'go.mod'), 'module rie\n')
    const go = (...args: string[]): Promise<unknown> =>
      run('go', args, { cwd: source, env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' } })
    await go('get', `${MODULE}@${VERSION}`)
    await go('build', '-trimpath', '-ldflags', '-s -w', '-o', join(fresh, 'aws-lambda-rie'), `${MODULE}/cmd/aws-lambda-rie`)
  })
  return join(folder, 'aws-lambda-rie')
}
