import { promisify } from 'node:util'
import { crc32, type InputType, inflateRaw, inflateRawSync, type ZlibOptions } from 'node:zlib'
import type { CentralRecord } from './central-directory.ts'
import { ZipFault } from './zip-fault.ts'

type Inflated = { buffer: Buffer; engine: { bytesWritten: number } }
// `info` gives the engine too, which knows how much input it took; Node's types leave that out.
const inflateInThread = promisify(inflateRaw) as unknown as (data: InputType, options: ZlibOptions) => Promise<Inflated>
const inflateHere = inflateRawSync as unknown as (data: InputType, options: ZlibOptions) => Inflated

/** Below this the way to a thread and back takes longer than inflating. */
const SMALL = 64 * 1024

/**
 * The entry's contents, their size and CRC checked. zlib stops at `maxOutputLength`, so a header that lies about its size costs
 * no more memory than it declared, and what all declare together is limited before.
 * @throws ZipFault
 */
export async function readData(bytes: Uint8Array, record: CentralRecord): Promise<Uint8Array> {
  const packed = bytes.subarray(record.dataOffset, record.dataOffset + record.compressedSize)
  const data = record.method === 0 ? packed : await inflate(packed, record)
  if (crc32(data) !== record.crc32) throw new ZipFault('is damaged: its CRC-32 differs', { entry: record.name })
  return data
}

async function inflate(packed: Uint8Array, { name: entry, size }: CentralRecord): Promise<Uint8Array> {
  const chunkSize = Math.min(Math.max(size, 64), 1024 * 1024)
  const options = { maxOutputLength: Math.max(size, 1), chunkSize, info: true }
  let inflated: Inflated
  try {
    inflated = size <= SMALL ? inflateHere(packed, options) : await inflateInThread(packed, options)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ZipFault(`unpacks to more than the ${size} bytes that it declares`, { entry })
    throw new ZipFault(`is damaged: ${(cause as Error).message}`, { entry, cause })
  }
  if (inflated.buffer.length !== size)
    throw new ZipFault(`unpacks to ${inflated.buffer.length} bytes, but declares ${size}`, { entry })
  if (inflated.engine.bytesWritten !== packed.length) throw new ZipFault('has bytes after the end of its data', { entry })
  return inflated.buffer
}
