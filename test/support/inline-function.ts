import type { ZipFunction } from '../../src/index.ts'

/** Options of a Node function whose handler is `body`, with `event` and `context`, in a module that begins with `top`. */
export function inline(
  body: string,
  options: Partial<Omit<ZipFunction, 'entry' | 'imageUri'>> & { top?: string } = {},
): ZipFunction {
  const { top = '', ...rest } = options
  const source = `import { setTimeout as sleep } from 'node:timers/promises'\n${top}\nexport const handler = async (event, context) => { ${body} }`
  return { code: { 'index.mjs': source }, runtime: 'nodejs22.x', handler: 'index.handler', ...rest }
}
