/** The two runtimes that every case runs: ours and AWS's. */
import { join } from 'node:path'
import { builtPackage } from '../../support/built-package.ts'
import { officialNodeRic } from '../../support/official-rics.ts'

/** As users get it: all in one file. */
const bootstrap = join(await builtPackage(), 'dist/runtimes/nodejs/bootstrap.cjs')

export type NodeRuntime = 'nodejs24.x' | 'nodejs22.x'

export const ours: readonly string[] = [process.execPath, bootstrap]

export async function officialFor(runtime: NodeRuntime): Promise<readonly string[]> {
  return (await officialNodeRic(runtime === 'nodejs24.x' ? '4.0.2' : '3.3.0')).command
}
