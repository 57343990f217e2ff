// What joining a session costs a worker when the watchdog is up: the time until it is known there, beside a launch, which happens
// meanwhile anyway. `node bench/reaper.ts`
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { judge, median } from './measure.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const temp = mkdtempSync(join(tmpdir(), 'lf-bench-'))
const bundle = (entry: string, outfile: string) =>
  build({ entryPoints: [join(root, entry)], bundle: true, platform: 'node', format: 'esm', outfile })
// As in the package: modules in one file, and the watchdog beside them.
await bundle('src/reaper/watchdog/server/main.ts', join(temp, 'watchdog.mjs'))
await bundle('bench/joining-worker.ts', join(temp, 'worker.mjs'))

const env = { PATH: process.env.PATH, HOME: temp, TMPDIR: temp }
const worker = (): { join: number; known: number; spawn: number } =>
  JSON.parse(execFileSync(process.execPath, [join(temp, 'worker.mjs')], { encoding: 'utf8', env }))

const holder = spawn(process.execPath, [join(temp, 'worker.mjs'), 'stay'], { env, stdio: ['ignore', 'pipe', 'inherit'] })
await once(holder.stdout, 'data')
const all = Array.from({ length: 41 }, worker)
holder.kill()
const [joining, known, spawning] = (['join', 'known', 'spawn'] as const).map(name => median(all.map(one => one[name]))) as [
  number,
  number,
  number,
]
console.log('medians, ms:', {
  'the worker is held up': joining,
  'until the watchdog knows': known,
  'a bare spawn beside it': spawning,
})
console.log('at best held up:', Math.min(...all.map(({ join }) => join)))
rmSync(temp, { recursive: true, force: true })

// A bare spawn takes 1.5 ms on an idle machine of two cores, and the parts of joining some 3 ms, half of them Node's first use of a socket.
process.exitCode = judge([
  { name: 'joining holds a worker up / spawning and ending a bare process', ratio: joining / spawning, limit: 3 },
  { name: 'until the watchdog knows / spawning and ending a bare process', ratio: known / spawning, limit: 6 },
])
