import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { officialPythonRic, pythonExecutable } from '../../support/official-python-ric.ts'
import { type DoubleEvent, type RuntimeRun, runAgainstDouble } from '../../support/python-runtime-api-double.ts'

const ourBootstrap = fileURLToPath(new URL('../../../runtimes/python/bootstrap.py', import.meta.url))

/** A function and what it is sent; run in our bootstrap and in awslambdaric, which must do the same. */
export interface PythonCase {
  name: string
  /** app.py; the handler is app.handler unless `handler` says otherwise. */
  code?: string
  files?: Record<string, string>
  handler?: string
  events?: readonly (string | DoubleEvent)[]
  env?: Record<string, string>
  /** A part of what both must have sent or logged, so that a case can't pass because neither did anything. */
  shows: string | RegExp
}

/** One test a case: what our bootstrap sent, logged and exited with is what awslambdaric did. */
export function behavesAsAwslambdaric(cases: readonly PythonCase[]): void {
  test.each(cases)('$name', async given => {
    const ours = await observe(given, [await pythonExecutable(), '-s', ourBootstrap])
    const official = await observe(given, (await officialPythonRic('4.2.2')).command)
    expect(ours).toEqual(official)
    expect(
      `${ours.sent.map(request => request.body).join('\n')}\n${ours.stdout}\n${ours.stderr}\n${ours.frames.join('\n')}`,
    ).toMatch(given.shows)
  })
}

/** Runs our bootstrap alone. */
export async function runOurs(given: Omit<PythonCase, 'name' | 'shows'>, answer?: (path: string) => number): Promise<RuntimeRun> {
  return run(given, [await pythonExecutable(), '-s', ourBootstrap], answer)
}

async function run(
  given: Omit<PythonCase, 'name' | 'shows'>,
  command: readonly string[],
  answer?: (path: string) => number,
): Promise<RuntimeRun & { folder: string }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'python-runtime-')))
  try {
    for (const [path, text] of Object.entries({
      ...(given.code === undefined ? {} : { 'task/app.py': given.code }),
      ...given.files,
    })) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    await mkdir(join(folder, 'task'), { recursive: true })
    const env = {
      PATH: process.env.PATH ?? '',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      _HANDLER: given.handler ?? 'app.handler',
      LAMBDA_TASK_ROOT: join(folder, 'task'),
      LAMBDA_RUNTIME_DIR: '/var/runtime',
      AWS_EXECUTION_ENV: 'AWS_Lambda_python3.11',
      AWS_LAMBDA_FUNCTION_NAME: 'greet',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/greet',
      AWS_LAMBDA_LOG_STREAM_NAME: '2026/11/24/[$LATEST]0123456789abcdef0123456789abcdef',
      ...Object.fromEntries(Object.entries(given.env ?? {}).map(([name, value]) => [name, value.replace('{folder}', folder)])),
    }
    const events = (given.events ?? ['{}']).map(event => (typeof event === 'string' ? { body: event } : event))
    return { folder, ...(await runAgainstDouble({ command, cwd: join(folder, 'task'), env, events, ...(answer && { answer }) })) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function observe(given: PythonCase, command: readonly string[]) {
  const { folder, sent, stdout, stderr, telemetry, exit } = await run(given, command)
  const normal = (text: string): string =>
    text
      .replaceAll(folder, '/var')
      .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z/g, '<time>')
      .replaceAll(/\/[^"\s]*\/bootstrap\.py\\?", line \d+/g, '<runtime>/bootstrap.py", line <n>')
      .replaceAll(/"path": "[^"]*\/bootstrap\.py", "line": \d+/g, '"path": "<runtime>/bootstrap.py", "line": <n>')
      .replaceAll(/"[^"]*\/bootstrap\.py"(?=[\],])/g, '"<runtime>/bootstrap.py"')
  return {
    sent: sent.map(({ method, path, headers, body }) => ({
      method,
      path,
      contentType: headers['content-type'],
      errorType: headers['lambda-runtime-function-error-type'],
      xrayCause: sortedPaths(normal(String(headers['lambda-runtime-function-xray-error-cause']))),
      body: normal(body),
    })),
    stdout: normal(stdout),
    stderr: normal(stderr),
    frames: framesOf(telemetry).map(normal),
    exit,
  }
}

/** awslambdaric lists the paths in the order of a Python set, which changes from run to run. */
function sortedPaths(cause: string): string {
  return cause.replace(/"paths": \[(.*)\]/, (_, paths: string) => `"paths": [${paths.split(', ').sort().join(', ')}]`)
}

function framesOf(telemetry: Buffer): string[] {
  const frames: string[] = []
  for (let at = 0; at < telemetry.length; ) {
    const length = telemetry.readUInt32BE(at + 4)
    frames.push(`${telemetry.readUInt32BE(at).toString(16)} ${telemetry.toString('utf8', at + 16, at + 16 + length)}`)
    at += 16 + length
  }
  return frames
}
