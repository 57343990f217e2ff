import type { Duplex } from 'node:stream'

/** Takes bytes out of a buffer that is filled again after the call, so it copies what it keeps. `false` pauses until `resume()`. */
export type ViewListener = (view: Buffer) => boolean

/**
 * Delivers bytes as views of one buffer. With a new buffer for each read, V8's garbage collector takes as much processor time for a
 * payload of 6 MB as everything else that the test process does for it.
 */
export interface ViewSource {
  /** From now on `listener` gets the bytes, and no `'data'` event is emitted. */
  takeViews(listener: ViewListener): void
}

/** A stream that may be able to deliver views. */
export type ViewStream = Duplex & Partial<ViewSource>

/** Reads a stream by views if it has them, and by `'data'` events otherwise. */
export function takeBytes(stream: ViewStream, listener: ViewListener): void {
  if (stream.takeViews !== undefined) return stream.takeViews(listener)
  stream.on('data', (chunk: Buffer) => void (listener(chunk) || stream.pause()))
}

/** Adds views to a stream. Its reader calls `give` with each view, which is copied and pushed until a listener takes views. */
export function withViews<S extends Duplex>(stream: S): { readonly stream: S & ViewSource; readonly give: ViewListener } {
  let listener: ViewListener = view => stream.push(Buffer.from(view))
  const takeViews = (next: ViewListener): void => {
    for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null) next(chunk)
    stream.resume()
    listener = next
  }
  return { stream: Object.assign(stream, { takeViews }), give: view => listener(view) }
}
