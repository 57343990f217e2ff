import { expect } from 'vitest'
import type { ConformanceCase, Theme } from '../case.ts'

const cwd: ConformanceCase = {
  name: 'the working folder is LAMBDA_TASK_ROOT',
  contract: '6.2',
  async run(lab) {
    const fn = await lab.launch({ concurrency: 1 })
    const root = (await fn.invoke({ op: 'env' })).payload.LAMBDA_TASK_ROOT
    expect((await fn.invoke({ op: 'cwd' })).payload).toBe(root)
    return 'LAMBDA_TASK_ROOT'
  },
}

const awsPaths: ConformanceCase = {
  name: 'LAMBDA_TASK_ROOT is /var/task',
  contract: '6.2',
  needs: 'awsPaths',
  async run(lab) {
    expect((await lab.invoke({ op: 'env' })).payload.LAMBDA_TASK_ROOT).toBe('/var/task')
    return '/var/task'
  },
}

const warmTmp: ConformanceCase = {
  name: 'what is written to the temporary folder is there at the next invocation',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch()
    expect((await fn.invoke({ op: 'read', path: 'note' })).payload).toBe(null)
    await fn.invoke({ op: 'write', path: 'note', text: 'kept' })
    expect((await fn.invoke({ op: 'read', path: 'note' })).payload).toBe('kept')
    return 'kept'
  },
}

const ownTmp: ConformanceCase = {
  name: 'another environment has a temporary folder of its own',
  contract: '5',
  async run(lab) {
    const [one, other] = await Promise.all([lab.launch(), lab.launch()])
    await one.invoke({ op: 'write', path: 'note', text: 'mine' })
    expect((await other.invoke({ op: 'read', path: 'note' })).payload).toBe(null)
    return 'empty'
  },
}

const hardTmp: ConformanceCase = {
  name: '/tmp, written out, is the environment’s own',
  contract: '6.2',
  needs: 'privateTmp',
  async run(lab) {
    const path = `/tmp/conformance-${process.pid}-${lab.language}`
    const [one, other] = await Promise.all([lab.launch(), lab.launch()])
    try {
      await one.invoke({ op: 'write', path, text: 'mine' })
      expect((await other.invoke({ op: 'read', path })).payload).toBe(null)
    } finally {
      await one.invoke({ op: 'remove', path })
    }
    return 'empty'
  },
}

const readOnly: ConformanceCase = {
  name: 'the code’s folder can’t be written to',
  contract: '6.2',
  needs: 'readOnlyTaskRoot',
  async run(lab) {
    const fn = await lab.launch()
    const root = (await fn.invoke({ op: 'env' })).payload.LAMBDA_TASK_ROOT
    await fn.invoke({ op: 'write', path: `${root}/written`, text: 'x' })
    expect((await fn.invoke({ op: 'read', path: `${root}/written` })).payload).toBe(null)
    return 'refused'
  },
}

const restart: ConformanceCase = {
  name: 'restart() begins with an empty temporary folder and fresh globals',
  contract: '5',
  async run(lab) {
    const fn = await lab.launch()
    await fn.invoke({ op: 'write', path: 'note', text: 'old' })
    const before = await fn.invoke({ op: 'count' })
    await fn.restart()
    const after = await fn.invoke({ op: 'count' })
    expect(after).toMatchObject({ payload: 1, coldStart: true })
    expect(after.instance).not.toBe(before.instance)
    expect((await fn.invoke({ op: 'read', path: 'note' })).payload).toBe(null)
    return 'a new environment'
  },
}

export const filesystem: Theme = {
  name: 'files',
  cases: [cwd, awsPaths, warmTmp, ownTmp, hardTmp, readOnly, restart],
}
