'use strict'
/**
 * Writes frames to the telemetry descriptor, which keep each entry's bounds, level and time, whatever it contains.
 *
 * `u32 type | u32 length | i64 microseconds | bytes`, big-endian. The type contains format and level.
 *
 * @see contract 4.3
 */
const fs = require('node:fs')

const TEXT = 0xa55a0003
const JSON_FORMAT = 0xa55a0002
const HEADER_BYTES = 16

/** @returns {(level: number, now: Date, line: string) => void} */
function openFrames(fd, json) {
  const { writeSync } = fs
  return (level, now, line) => {
    const text = json ? line : `${line}\n`
    const length = Buffer.byteLength(text)
    const frame = Buffer.allocUnsafe(HEADER_BYTES + length)
    frame.writeUInt32BE(((json ? JSON_FORMAT : TEXT) | (level << 2)) >>> 0, 0)
    frame.writeUInt32BE(length, 4)
    frame.writeBigInt64BE(BigInt(now.valueOf()) * 1000n, 8)
    frame.write(text, HEADER_BYTES)
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
