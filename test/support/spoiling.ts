import type { Duplex } from 'node:stream'
import type { ViewListener, ViewSource } from '../../src/backends/init/tunnel/view-stream.ts'

/** Gives views, as an engine's stream does, and spoils each after the call: what was kept without a copy shows. */
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
