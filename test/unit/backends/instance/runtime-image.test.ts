import { describe, expect, test } from 'vitest'
import { imageVariable, mirrored, runtimeImage } from '../../../../src/backends/instance/runtime-image.ts'

describe('the image of a runtime', () => {
  test.each([
    ['nodejs24.x', 'public.ecr.aws/lambda/nodejs:24'],
    ['nodejs16.x', 'public.ecr.aws/lambda/nodejs:16'],
    ['python3.13', 'public.ecr.aws/lambda/python:3.13'],
    ['java8.al2', 'public.ecr.aws/lambda/java:8.al2'],
    ['java17', 'public.ecr.aws/lambda/java:17'],
    ['java17.al2023', 'public.ecr.aws/lambda/java:17.al2023'],
    ['dotnet8', 'public.ecr.aws/lambda/dotnet:8'],
    ['ruby3.4', 'public.ecr.aws/lambda/ruby:3.4'],
    ['provided.al2023', 'public.ecr.aws/lambda/provided:al2023'],
  ])('%s is %s', (runtime, image) => {
    expect(runtimeImage(runtime, {})).toBe(image)
  })

  test('a runtime that AWS has no image of', () => {
    expect(() => runtimeImage('cobol85', {})).toThrow('AWS has no image for the runtime cobol85.')
  })

  test('another image is named by a variable', () => {
    expect(imageVariable('java8.al2')).toBe('LAMBDA_FIXTURES_IMAGE_JAVA8_AL2')
    expect(runtimeImage('nodejs24.x', { LAMBDA_FIXTURES_IMAGE_NODEJS24_X: 'mine:1' })).toBe('mine:1')
  })

  test.each([
    [
      { LAMBDA_FIXTURES_IMAGE_MIRROR: 'registry.corp/aws' },
      'public.ecr.aws/lambda/nodejs:24',
      'registry.corp/aws/lambda/nodejs:24',
    ],
    [{ LAMBDA_FIXTURES_IMAGE_MIRROR: 'registry.corp/' }, 'orders:1', 'orders:1'],
    [{ TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX: 'hub.corp/mirror/' }, 'orders:1', 'hub.corp/mirror/orders:1'],
    [{ TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX: 'hub.corp' }, 'team/orders:1', 'hub.corp/team/orders:1'],
    [{ TESTCONTAINERS_HUB_IMAGE_NAME_PREFIX: 'hub.corp' }, 'localhost:5000/orders:1', 'localhost:5000/orders:1'],
    [
      { LAMBDA_FIXTURES_ECR_REGISTRY: 'localhost:5000' },
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/orders:1',
      'localhost:5000/team/orders:1',
    ],
  ])('with %o, %s is pulled as %s', (env, image, pulled) => {
    expect(mirrored(image, env)).toBe(pulled)
  })
})
