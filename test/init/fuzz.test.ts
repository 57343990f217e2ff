import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { encodeFrame, FrameType, PROTOCOL_VERSION } from '../../src/backends/init/tunnel/frames.ts'
import { encodeHello } from '../../src/backends/init/tunnel/hello.ts'
import { PayloadWriter } from '../../src/backends/init/tunnel/payload.ts'
import { execBridge } from './harness.ts'
import { seeded } from './seeded.ts'

const TOKEN = Buffer.alloc(16, 0x5a)
const SANITIZED = 99
const sources = fileURLToPath(new URL('../../init/src', import.meta.url))

let folder: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lambda-fixtures-fuzz-'))
  file = join(folder, 'init-sanitized')
  mkdirSync(join(folder, 'root'))
  const code = readdirSync(sources).filter(name => name.endsWith('.c'))
  const flags = ['-std=gnu11', '-D_GNU_SOURCE', '-g', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']
  execFileSync('gcc', [...flags, ...code, '-o', file], { cwd: sources, stdio: 'inherit' })
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Frames that the test process can send, so small that most mutations matter. */
function specimens(root: string): Buffer[] {
  const command = (kind: number, fields = new PayloadWriter()): Buffer =>
    encodeFrame(FrameType.command, 1, Buffer.concat([Buffer.from([kind]), fields.done()]))
  const start = new PayloadWriter().u8(1).strings(['/bin/true', 'a']).strings(['A=b', 'C=d']).string('/')
  const path = (name: string, data: string): Buffer =>
    Buffer.concat([new PayloadWriter().u8(1).u32(0o644).u64(data.length).string(`${root}/${name}`).done(), Buffer.from(data)])
  return [
    encodeFrame(FrameType.data, 1, Buffer.alloc(100, 1)),
    encodeFrame(FrameType.end, 1),
    encodeFrame(FrameType.credit, 1, Buffer.from([0, 0, 1, 0])),
    encodeFrame(FrameType.reset, 2),
    encodeFrame(FrameType.expect, 1, Buffer.from('\x08some id!HTTP/1.1 202 Accepted\r\n\r\n')),
    encodeFrame(FrameType.ack, 0, Buffer.alloc(8)),
    encodeFrame(FrameType.file, 0, path('a/b', 'hello')),
    encodeFrame(FrameType.file, 0, path('c', 'x'.repeat(50)).subarray(0, -20)),
    encodeFrame(FrameType.fileData, 0, Buffer.alloc(20, 'x')),
    encodeFrame(FrameType.file, 0, new PayloadWriter().u8(2).u32(0).u64(0).string(`${root}/link`).string('a').done()),
    encodeFrame(FrameType.file, 0, new PayloadWriter().u8(0).u32(0o700).u64(0).string(`${root}/d/e`).done()),
    command(1, start),
    command(2, new PayloadWriter().u32(0)),
    command(2, new PayloadWriter().u32(3)),
    command(3),
    command(4),
    command(5),
    command(6, new PayloadWriter().strings(['A=b'])),
    command(9),
    command(7, new PayloadWriter().u16(0)),
    command(11),
  ]
}

function startInit(id: string): ChildProcess {
  return spawn(file, ['--', 'sleep', '1000'], {
    env: {
      PATH: process.env.PATH,
      LF_TOKEN: TOKEN.toString('hex'),
      LF_ID: id,
      LF_PORT: '0',
      LF_ROOTS: join(folder, 'root'),
      ASAN_OPTIONS: `detect_leaks=0:exitcode=${SANITIZED}`,
      UBSAN_OPTIONS: `halt_on_error=1:exitcode=${SANITIZED}:print_stacktrace=1`,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

function flip(bytes: Buffer, at: number, bit: number): void {
  if (at < bytes.length) bytes[at] = bytes[at]! ^ (1 << bit)
}

test('random and mutated frames neither crash the init nor write outside its folder', async () => {
  const random = seeded(2026)
  let init: ChildProcess | undefined
  let reports = ''
  const ends: unknown[] = []
  let answered = 0
  for (let round = 0; round < 300; round++) {
    if (!init || init.exitCode !== null || init.signalCode !== null) {
      init = startInit(`fuzz-${process.pid}-${round}`)
      const id = round
      init.on('exit', (code, signal) => ends.push(signal ?? code))
      init.stderr!.on('data', text => {
        reports += text
      })
      Object.assign(init, { id: `fuzz-${process.pid}-${id}` })
    }
    const { child, stream } = execBridge(file, (init as ChildProcess & { id: string }).id)
    const heard = new Promise<boolean>(resolve => {
      stream.once('data', () => resolve(true)).once('close', () => resolve(false))
      stream.on('error', () => resolve(false))
    })
    stream.write(
      Buffer.concat([
        TOKEN,
        encodeHello({ version: PROTOCOL_VERSION, window: random.below(3) * 1000, received: 0, boot: '0'.repeat(16) }),
      ]),
    )
    if (await heard) answered++
    else child.stdin!.end()
    const frames = specimens(join(folder, 'root'))
    for (let i = 0; i < 40 && !stream.destroyed; i++) {
      const frame = Buffer.from(frames[random.below(frames.length)]!)
      const kind = random.below(4)
      if (kind === 0) random.fill(frame.subarray(random.below(frame.length)))
      if (kind === 1) flip(frame, 8 + random.below(Math.max(1, frame.length - 8)), random.below(8))
      if (kind === 2 && frame.length > 12) frame.writeUInt32BE(random.below(2 ** 32), 8 + random.below(frame.length - 11))
      stream.write(frame)
    }
    // The init reads the end after the frames, and closes the stream.
    child.stdin!.end()
    stream.resume()
    if (child.exitCode === null) await once(child, 'exit')
    stream.destroy()
    // A mutated acknowledgement can make a resume from 0 impossible, so this init can't be used any more.
    if (!(await heard)) init.kill('SIGTERM')
    if (init.killed && init.exitCode === null && init.signalCode === null) await once(init, 'exit')
  }
  expect(reports).not.toMatch(/ERROR: AddressSanitizer|runtime error/)
  // The test ends it by SIGTERM.
  expect(ends.filter(end => end !== 143)).toEqual([])
  expect(answered).toBeGreaterThan(250)
  init!.kill('SIGKILL')
  expect(readdirSync(folder).sort()).toEqual(['init-sanitized', 'root'])
  expect(existsSync(join(folder, 'root'))).toBe(true)
})
