/**
 * Reads a function's output for a test process that would hang at it. On descriptor 3 the pipe, not blocking; on stdin a byte a
 * question, on stdout pieces of `u32 size` and bytes. A question is answered, when all that was in the pipe has been said, by size 0.
 */
import { readSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'

const pipe = 3
const piece = Buffer.allocUnsafe(64 * 1024)

function say(bytes: Uint8Array): void {
  const head = Buffer.allocUnsafe(4)
  head.writeUInt32BE(bytes.length)
  const text = Buffer.concat([head, bytes])
  // Blocks while the test process is slow, as the function's own writes then do.
  for (let written = 0; written < text.length; ) written += writeSync(1, text, written)
}

function readPiece(): number {
  try {
    return readSync(pipe, piece)
  } catch {
    return 0
  }
}

const end = (): never => process.exit(0)
new Socket({ fd: pipe, readable: true, writable: false }).on('data', say)
process.stdin.on('end', end).on('data', questions => {
  for (let size = readPiece(); size > 0; size = readPiece()) say(piece.subarray(0, size))
  for (let i = 0; i < questions.length; i++) say(Buffer.alloc(0))
})
