import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { baseImages, putsArgumentsIntoImage } from '../../../../../src/backends/engines/images/dockerfile.ts'
import type { ImageBuild } from '../../../../../src/model/lambda-function.ts'

function buildWith(text: string, buildArgs: Record<string, string> = {}): ImageBuild {
  const context = mkdtempSync(join(tmpdir(), 'dockerfile-'))
  onTestFinished(() => rmSync(context, { recursive: true }))
  writeFileSync(join(context, 'Dockerfile'), text)
  return { context, dockerfile: 'Dockerfile', buildArgs }
}

test.for<readonly [string, string, readonly string[]]>([
  ['finds one base image', 'FROM node:24', ['node:24']],
  ['ignores case, platform and stage', ' from --platform=linux/amd64 node:24 as build', ['node:24']],
  ['does not take stages for base images', 'FROM node:24 AS build\nFROM Build AS next\nFROM scratch\nFROM next', ['node:24']],
  ['finds several, each once', 'FROM a:1\nFROM b:2\nFROM a:1', ['a:1', 'b:2']],
  ['uses the default of an argument', `ARG BASE="node" TAG\nARG TAG=24\nFROM \${BASE}:$TAG`, ['node:24']],
  ['uses the given value of an argument', `ARG GIVEN=node\nFROM \${GIVEN}:24`, ['acme/base:24']],
  ['ignores an argument that belongs to a stage', 'FROM a:1\nARG BASE=b\nFROM $BASE', ['a:1']],
  ['leaves out names that only the builder knows', `ARG A\nFROM $A\nFROM \${B:-node}:24`, []],
  ['reads comments and continued lines', '# FROM a\nRUN echo \\\n  FROM b\nFROM \\\n  c:1', ['c:1']],
  ['reads lines that end with CRLF', 'FROM a:1 AS x\r\nFROM x\r\n', ['a:1']],
])('%s', async ([_, text, images]) => {
  expect(await baseImages(buildWith(text, { GIVEN: 'acme/base' }))).toEqual(images)
})

test.for<readonly [string, string, boolean]>([
  ['an ENV', 'FROM a\nARG A\nENV B=$A\n', true],
  ['a continued LABEL', 'FROM a\nARG A\nlabel b=c \\\n  d=$A\n', true],
  ['RUN, whose command has the argument in the cache', 'FROM a\nARG A\nRUN echo $A\n', false],
  ['FROM, whose image is another', 'ARG A\nFROM $A\n', false],
  ['a comment', 'FROM a\n# ENV B=$A\n', false],
])('a build argument gets into the image by %s: %s', async ([_, text, expected]) => {
  expect(await putsArgumentsIntoImage(buildWith(text, { A: '1' }))).toBe(expected)
  expect(await putsArgumentsIntoImage(buildWith(text))).toBe(false)
})
