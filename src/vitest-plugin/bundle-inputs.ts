import { loadEsbuild } from '../code/bundle/load-esbuild.ts'

/**
 * The project's files that esbuild reads for an entry: what the function's bundle is made of, without dependencies. If it can't be
 * bundled these are the files read so far, and the test says what is wrong with them.
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
              // Dependencies need not be parsed: nobody edits them while tests run.
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
