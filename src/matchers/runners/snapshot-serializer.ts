import { type InvokeResult, isInvokeResult } from '../../model/result.ts'

// `never`, because the types of vitest and jest differ and the values are only passed on.
type Print = (value: unknown, config: never, indentation: string, depth: number, refs: never) => string

interface SnapshotSerializer {
  test(value: unknown): boolean
  serialize(value: InvokeResult, config: unknown, indentation: string, depth: number, refs: unknown, print: Print): string
}

/**
 * For `expect.addSnapshotSerializer` of vitest and jest. It prints a result as `ok`, `payload` or `error`, and the function's log
 * messages, without values that change from run to run. For node:test `JSON.stringify` does the same.
 */
export const snapshotSerializer: SnapshotSerializer = {
  test: isInvokeResult,
  serialize: (value, config, indentation, depth, refs, print) =>
    print(value.toJSON(), config as never, indentation, depth, refs as never),
}
