import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageBuild } from '../../../model/lambda-function.ts'

/**
 * The images that the FROM instructions of a Dockerfile name, without `scratch`, its own stages, and names that only the builder can
 * know, such as those made of its predefined arguments.
 * @see https://docs.docker.com/reference/dockerfile/#from
 */
export async function baseImages(build: ImageBuild): Promise<readonly string[]> {
  const values: Record<string, string> = {}
  const stages = new Set(['scratch'])
  const images = new Set<string>()
  for (const [instruction, ...words] of await readInstructions(build)) {
    if (instruction === 'ARG') {
      const [name = '', value] = (words[0] ?? '').split(/=(.*)/s)
      const given = build.buildArgs[name] ?? value?.replace(/^(["'])(.*)\1$/, '$2')
      if (images.size === 0 && given !== undefined) values[name] = given
    } else if (instruction === 'FROM') {
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

/** Whether a build argument may change an instruction other than those that run something or choose a base image. */
export async function putsArgumentsIntoImage(build: ImageBuild): Promise<boolean> {
  if (Object.keys(build.buildArgs).length === 0) return false
  const instructions = await readInstructions(build)
  return instructions.some(([name = '', ...words]) => /^(?!ARG$|FROM$|RUN$)[A-Z]+$/.test(name) && words.join(' ').includes('$'))
}

/** Each instruction's words, its name in upper case. */
async function readInstructions({ context, dockerfile }: ImageBuild): Promise<readonly (readonly string[])[]> {
  const text = await readFile(join(context, dockerfile), 'utf8')
  const lines = text.replaceAll(/\\\r?\n/g, ' ').split(/\r?\n/)
  return lines.map(line => {
    const [name = '', ...words] = line.trim().split(/\s+/)
    return [name.toUpperCase(), ...words]
  })
}
