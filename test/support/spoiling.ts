import type { Duplex } from 'node:stream'
import type { ViewListener, ViewSource } from '../../src/backends/init/tunnel/view-stream.ts'

/** Makes a stream deliver views, as an engine's does, and overwrites each after the call, so that a missing copy shows. */
export function spoiling<S extends Duplex>(stream: S): S & ViewSource {
  return Object.assign(stream, {
    takeViews(listener: ViewListener): void {
      stream.on('data', (chunk: Buffer) => {
        const view = Buffer.from(chunk)
        if (!listener(view)) stream.pause()
        view.fill(0xee)
      })
    },
  })
}
