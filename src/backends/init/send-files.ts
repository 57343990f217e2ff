import { FrameType, MAX_PAYLOAD } from './tunnel/frames.ts'
import { PayloadWriter } from './tunnel/payload.ts'
import type { Tunnel } from './tunnel/tunnel.ts'

/** What is put into the container before the runtime starts. */
export type TunnelFile = { readonly path: string } & (
  | { readonly kind: 'file'; readonly mode: number; readonly data: Uint8Array }
  | { readonly kind: 'folder'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
)

const KINDS = { folder: 0, file: 1, link: 2 } as const

/** Sends code and layers, as fast as the stream takes them. `InitControl.filesDone` reports the files that the init could not write. */
export async function sendFiles(tunnel: Tunnel, files: Iterable<TunnelFile>): Promise<void> {
  for (const file of files) {
    const data = file.kind === 'file' ? file.data : new Uint8Array(0)
    const head = new PayloadWriter()
      .u8(KINDS[file.kind])
      .u32(file.kind === 'link' ? 0o777 : file.mode)
      .u64(data.length)
      .string(file.path)
    if (file.kind === 'link') head.string(file.target)
    const announced = head.done()
    const first = Math.min(data.length, MAX_PAYLOAD - announced.length)
    tunnel.send(FrameType.file, 0, Buffer.concat([announced, data.subarray(0, first)]))
    await tunnel.room()
    for (let at = first; at < data.length; at += MAX_PAYLOAD) {
      tunnel.send(FrameType.fileData, 0, data.subarray(at, at + MAX_PAYLOAD))
      await tunnel.room()
    }
  }
}
