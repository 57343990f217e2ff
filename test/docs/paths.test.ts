import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test('the pages name only files and folders that exist', () => {
  const pages = ['CONTRIBUTING.md', ...globSync('docs/**/*.md', { cwd: root, exclude: ['docs/contract.md'] })]
  const named = pages.flatMap(page => {
    const text = readFileSync(join(root, page), 'utf8')
    const paths = [...text.matchAll(/`((?:src|test|runtimes|init|scripts|bench|examples|docs|\.ci)\/[\w./-]*)`/g)]
    return paths.map(([, path = '']) => ({ page, path }))
  })
  expect(named.length).toBeGreaterThan(60)
  expect(named.filter(({ path }) => !/dist\//.test(path) && !existsSync(join(root, path)))).toEqual([])
})
