import { loadEsbuild } from '../code/bundle/load-esbuild.ts'

/**
 * The project's files that esbuild reads for an entry, without dependencies. If the entry can't be bundled, these are the files that were
 * read before the error; the test itself reports the error.
 */
export async function bundleInputs(entry: string): Promise<string[]> {
  const inputs = new Set([entry])
  await loadEsbuild()
    .build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      plugins: [
        {
          name: 'inputs',
          setup(build) {
            build.onLoad({ filter: /.*/, namespace: 'file' }, ({ path }) => {
              // Dependencies are not read: they don't change while tests run.
              if (/[/\\]node_modules[/\\]/.test(path)) return { contents: '', loader: 'js' }
              inputs.add(path)
              return undefined
            })
          },
        },
      ],
    })
    .catch(() => undefined)
  return [...inputs]
}
