import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** The form in which engines take credentials. */
export interface RegistryCredentials {
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly serveraddress: string
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { readonly auth?: string; readonly identitytoken?: string }>>
  readonly credHelpers?: Readonly<Record<string, string>>
  readonly credsStore?: string
}

const HUB = 'https://index.docker.io/v1/'

/** The credentials that Docker's own command line would use for the image's registry, by its configuration and credential helpers. */
export async function registryCredentials(
  reference: string,
  folder: string = process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'),
): Promise<RegistryCredentials | undefined> {
  const config = await readConfig(join(folder, 'config.json'))
  const [host = '', ...path] = reference.split('/')
  const isNamed = path.length > 0 && (host.includes('.') || host.includes(':') || host === 'localhost')
  const registry = isNamed ? host : HUB
  const helper = config.credHelpers?.[registry] ?? config.credsStore
  if (helper !== undefined) {
    const found = await askHelper(helper, registry)
    if (found !== undefined) return found
  }
  const known = config.auths?.[registry] ?? config.auths?.[`https://${registry}`]
  if (known?.identitytoken) return { identitytoken: known.identitytoken, serveraddress: registry }
  if (!known?.auth) return undefined
  const [username = '', ...password] = Buffer.from(known.auth, 'base64').toString().split(':')
  return { username, password: password.join(':'), serveraddress: registry }
}

async function readConfig(file: string): Promise<DockerConfig> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as DockerConfig
  } catch {
    return {}
  }
}

function askHelper(helper: string, registry: string): Promise<RegistryCredentials | undefined> {
  return new Promise(resolve => {
    const child = execFile(`docker-credential-${helper}`, ['get'], { timeout: 10_000 }, (error, stdout) => {
      if (error !== null) return resolve(undefined)
      try {
        const { Username, Secret } = JSON.parse(stdout) as { Username: string; Secret: string }
        resolve(
          Username === '<token>'
            ? { identitytoken: Secret, serveraddress: registry }
            : { username: Username, password: Secret, serveraddress: registry },
        )
      } catch {
        resolve(undefined)
      }
    })
    child.stdin?.on('error', () => undefined)
    child.stdin?.end(registry)
  })
}
