import type Docker from 'dockerode'
import { pack } from 'tar-stream'

/** Creates an image with one layer from files by name. */
export async function importImage(docker: Docker, reference: string, files: Readonly<Record<string, string>>): Promise<void> {
  const tar = pack()
  for (const [name, content] of Object.entries(files)) tar.entry({ name }, content)
  tar.finalize()
  const [repo, tag] = reference.split(/:(?=[^:]*$)/)
  const answer = await docker.importImage(tar as unknown as NodeJS.ReadableStream, { repo, tag })
  let said = ''
  for await (const chunk of answer) said += String(chunk)
  if (/"error"/.test(said)) throw new Error(said)
}
