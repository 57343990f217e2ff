import { expect, test } from 'vitest'
import { launch } from '../../src/index.ts'

/** Functions that log beside a process of their own, which prints to the same pipe as fast as it can. */
const FUNCTIONS = {
  'nodejs24.x': {
    handler: 'index.handler',
    code: {
      'index.mjs': `import { spawn } from 'node:child_process'
import { once } from 'node:events'
const PRINTER = 'const line = "child " + "c".repeat(200) + String.fromCharCode(10); for (;;) require("fs").writeSync(1, line)'
export const handler = async ({ size }) => {
  const printer = spawn(process.execPath, ['-e', PRINTER], { stdio: ['ignore', 'inherit', 'ignore'] })
  await new Promise(resolve => setTimeout(resolve, 300))
  for (let n = 0; n < 20; n++) console.log(JSON.stringify({ n, text: 'm'.repeat(size) }))
  printer.kill()
  await once(printer, 'exit')
}`,
    },
  },
  'python3.11': {
    handler: 'app.handler',
    code: {
      'app.py': `import json, logging, subprocess, sys, time
PRINTER = 'import os; line = ("child " + "c" * 200 + chr(10)).encode()\\nwhile True: os.write(1, line)'
def handler(event, context):
    printer = subprocess.Popen([sys.executable, "-c", PRINTER])
    time.sleep(0.3)
    for n in range(20):
        logging.warning(json.dumps({"n": n, "text": "m" * event["size"]}))
    printer.kill()
    printer.wait()
`,
    },
  },
}

test.each(['nodejs24.x', 'python3.11'] as const)(
  'a message of %s of any size is whole beside a process that prints to the same pipe',
  { timeout: 60_000 },
  async runtime => {
    const options = {
      runtime,
      ...FUNCTIONS[runtime],
      backend: 'process',
      printLogs: 'never',
      timeout: 30,
      memorySize: 512,
    } as const
    await using fn = await launch<(event: { size: number }) => Promise<void>>(options)
    for (const size of [100, 5000, 100_000]) {
      const { error, logs } = await fn.invoke({ size })
      expect(error).toBeUndefined()
      const own = logs.filter(({ source }) => source === 'function')
      const messages = own.filter(({ json }) => json !== undefined)
      expect(messages.map(({ json }) => json?.n)).toEqual(Array.from({ length: 20 }, (_, n) => n))
      expect(messages.filter(({ json }) => String(json?.text).length !== size)).toEqual([])
      expect(own.filter(({ json, raw }) => json === undefined && !/^child c{200}$/.test(raw))).toEqual([])
    }
  },
)
