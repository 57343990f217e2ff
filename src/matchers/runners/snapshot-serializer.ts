import { type InvokeResult, isInvokeResult } from '../../model/result.ts'

// `never`, because the two runners' types of these differ and we only hand them on.
type Print = (value: unknown, config: never, indentation: string, depth: number, refs: never) => string

interface SnapshotSerializer {
  test(value: unknown): boolean
  serialize(value: InvokeResult, config: unknown, indentation: string, depth: number, refs: unknown, print: Print): string
}

/**
 * For `expect.addSnapshotSerializer` of vitest and jest: a result is printed as `ok`, `payload` or `error`, and its own log
 * messages, without what changes from run to run. In node:test `JSON.stringify` does the same.
 */
export const snapshotSerializer: SnapshotSerializer = {
  test: isInvokeResult,
  serialize: (value, config, indentation, depth, refs, print) =>
    print(value.toJSON(), config as never, indentation, depth, refs as never),
}
