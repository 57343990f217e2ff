/** The values of an engine's answer that has one JSON text on each line. */
export async function* jsonLines<T>(answer: NodeJS.ReadableStream): AsyncGenerator<T> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of answer) {
    const lines = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* parse<T>(lines)
  }
  yield* parse<T>([rest])
}

function* parse<T>(lines: readonly string[]): Generator<T> {
  for (const line of lines) if (line.trim() !== '') yield JSON.parse(line) as T
}
