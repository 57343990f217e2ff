import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageBuild } from '../../../model/lambda-function.ts'

/**
 * The images that the FROM instructions of a Dockerfile name, without `scratch`, its own stages, and names that only the builder can
 * know, such as those made of its predefined arguments.
 * @see https://docs.docker.com/reference/dockerfile/#from
 */
export async function baseImages({ context, dockerfile, buildArgs }: ImageBuild): Promise<readonly string[]> {
  const text = await readFile(join(context, dockerfile), 'utf8')
  const values: Record<string, string> = {}
  const stages = new Set(['scratch'])
  const images = new Set<string>()
  for (const line of text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    const [instruction = '', ...words] = line.trim().split(/\s+/)
    if (/^arg$/i.test(instruction)) {
      const [name = '', value] = (words[0] ?? '').split(/=(.*)/s)
      const given = buildArgs[name] ?? value?.replace(/^(["'])(.*)\1$/, '$2')
      if (images.size === 0 && given !== undefined) values[name] = given
    } else if (/^from$/i.test(instruction)) {
      const [image = '', as, name] = words.filter(word => !word.startsWith('--'))
      const reference = image.replaceAll(
        /\$(?:(\w+)|\{(\w+)\})/g,
        (all, bare: string, braced: string) => values[bare ?? braced] ?? all,
      )
      if (!stages.has(reference.toLowerCase()) && !/[$\s]/.test(reference) && reference !== '') images.add(reference)
      if (/^as$/i.test(as ?? '') && name !== undefined) stages.add(name.toLowerCase())
    }
  }
  return [...images]
}
