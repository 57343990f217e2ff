'use strict'
/**
 * Frames on the telemetry descriptor: each entry keeps its bounds, level and time, whatever it contains.
 *
 * `u32 type | u32 length | i64 microseconds | bytes`, big-endian; the type carries format and level.
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

/** A pipe may have been made non-blocking by the other end's owner; a full one must delay the function, not crash it. */
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
