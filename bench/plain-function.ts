import type Docker from 'dockerode'
import { pack } from 'tar-stream'

/** What AWS's runtimes need to be told beside where the Runtime API is. */
export const PLAIN_VARIABLES = {
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '1769',
  AWS_LAMBDA_LOG_GROUP_NAME: 'bench',
  AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
} as const

/** Variables as engines take them. */
export const asEnv = (variables: Readonly<Record<string, string>>): string[] =>
  Object.entries(variables).map(([name, value]) => `${name}=${value}`)

/** Puts a function's files into `/var/task`. */
export async function putCode(container: Docker.Container, files: Readonly<Record<string, string>>): Promise<void> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name: `var/task/${name}` }, content)
  tar.finalize()
  await container.putArchive(tar as unknown as NodeJS.ReadableStream, { path: '/' })
}
