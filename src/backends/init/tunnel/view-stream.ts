import type { Duplex } from 'node:stream'

/**
 * A stream whose bytes can be had as views of one buffer, which is filled again after each call: who keeps bytes copies them.
 * A buffer of its own for each read keeps V8's collector busy, at 6 MB for as long as all else that the test process does.
 */
export interface ViewSource {
  /** From now on `listener` gets what comes, in place of `'data'`. `false` stops it until `resume()`. */
  takeViews(listener: ViewListener): void
}

export type ViewListener = (view: Buffer) => boolean

/** Some streams can, others can't. */
export type ViewedDuplex = Duplex & Partial<ViewSource>

/** By views where the stream has them, else by `'data'`. */
export function takeBytes(stream: ViewedDuplex, listener: ViewListener): void {
  if (stream.takeViews !== undefined) return stream.takeViews(listener)
  stream.on('data', (chunk: Buffer) => void (listener(chunk) || stream.pause()))
}

/** What comes of a stream goes by `give`: it is pushed until somebody takes views. */
export function withViews<S extends Duplex>(stream: S): { readonly stream: S & ViewSource; readonly give: ViewListener } {
  let listener: ViewListener = view => stream.push(Buffer.from(view))
  const takeViews = (next: ViewListener): void => {
    for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null) next(chunk)
    stream.resume()
    listener = next
  }
  return { stream: Object.assign(stream, { takeViews }), give: view => listener(view) }
}
