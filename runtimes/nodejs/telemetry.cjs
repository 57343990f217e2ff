'use strict'
/**
 * Writes frames to the telemetry descriptor, which keep each entry's bounds, level and time, whatever it contains.
 *
 * `u32 type | u32 length | i64 microseconds | bytes`, big-endian. The type contains format and level.
 *
 * The descriptor is the pipe of stdout and stderr, into which other processes may write as well. The kernel keeps only short writes in
 * one piece, so a longer entry is written in parts: frames with a key in place of the time, and all but the last with MORE in the type.
 *
 * @see contract 4.3
 */
const fs = require('node:fs')

const TEXT = 0xa55a0003
const JSON_FORMAT = 0xa55a0002
const HEADER_BYTES = 16
/** PIPE_BUF of Linux and macOS, without the header. */
const PART_BYTES = (process.platform === 'linux' ? 4096 : 512) - HEADER_BYTES
const MORE = 0x80
/** Less than any time. */
const FIRST_KEY = -(2n ** 63n) + (BigInt(process.pid) << 32n)

/** @returns {(level: number, now: Date, line: string) => void} */
function openFrames(fd, json) {
  const { writeSync } = fs
  let messages = 0
  return (level, now, line) => {
    const bytes = Buffer.from(json ? line : `${line}\n`)
    const type = ((json ? JSON_FORMAT : TEXT) | (level << 2)) >>> 0
    if (bytes.length <= PART_BYTES) return writeFrame(type, BigInt(now.valueOf()) * 1000n, bytes)
    messages = (messages + 1) >>> 0
    const key = FIRST_KEY + BigInt(messages)
    const last = bytes.length - PART_BYTES
    let start = 0
    for (; start < last; start += PART_BYTES) writeFrame(type + MORE, key, bytes.subarray(start, start + PART_BYTES))
    writeFrame(type, key, bytes.subarray(start))
  }

  function writeFrame(type, time, bytes) {
    const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes.length)
    frame.writeUInt32BE(type, 0)
    frame.writeUInt32BE(bytes.length, 4)
    frame.writeBigInt64BE(time, 8)
    frame.set(bytes, HEADER_BYTES)
    for (let sent = 0; sent < frame.length; ) sent += writeBlocking(writeSync, fd, frame, sent)
  }
}

/** The pipe may be non-blocking. If it is full, the function must wait, not crash. */
function writeBlocking(writeSync, fd, frame, sent) {
  try {
    return writeSync(fd, frame, sent)
  } catch (error) {
    if (error.code !== 'EAGAIN') throw error
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    return 0
  }
}

module.exports = { openFrames }
