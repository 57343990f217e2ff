import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { baseImages } from '../../../../../src/backends/engines/images/base-images.ts'

test.for<readonly [string, string, readonly string[]]>([
  ['one', 'FROM node:24', ['node:24']],
  ['in any case, with a platform and a stage', ' from --platform=linux/amd64 node:24 as build', ['node:24']],
  ['stages are none', 'FROM node:24 AS build\nFROM Build AS next\nFROM scratch\nFROM next', ['node:24']],
  ['several, each once', 'FROM a:1\nFROM b:2\nFROM a:1', ['a:1', 'b:2']],
  ['the default of an argument', `ARG BASE="node" TAG\nARG TAG=24\nFROM \${BASE}:$TAG`, ['node:24']],
  ['what was given', `ARG GIVEN=node\nFROM \${GIVEN}:24`, ['acme/base:24']],
  ['an argument that a stage declares is another', 'FROM a:1\nARG BASE=b\nFROM $BASE', ['a:1']],
  ['what only a builder can tell', `ARG A\nFROM $A\nFROM \${B:-node}:24`, []],
  ['comments and continued lines', '# FROM a\nRUN echo \\\n  FROM b\nFROM \\\n  c:1', ['c:1']],
  ['Windows’ line ends', 'FROM a:1 AS x\r\nFROM x\r\n', ['a:1']],
])('%s', async ([_, text, images]) => {
  const context = mkdtempSync(join(tmpdir(), 'base-images-'))
  onTestFinished(() => rmSync(context, { recursive: true }))
  writeFileSync(join(context, 'Dockerfile'), text)
  expect(await baseImages({ context, dockerfile: 'Dockerfile', buildArgs: { GIVEN: 'acme/base' } })).toEqual(images)
})
