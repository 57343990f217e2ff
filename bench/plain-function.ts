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

/** A function's files, where its runtime looks for them. */
export const task = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, content]) => [`var/task/${name}`, content]))

/** Puts files into a container, each of which may be executed. */
export async function putFiles(container: Docker.Container, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mode: 0o755 }, content)
  tar.finalize()
  await container.putArchive(tar as unknown as NodeJS.ReadableStream, { path: '/' })
}
