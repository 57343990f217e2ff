import type { LambdaFunction } from '../../src/model/lambda-function.ts'

/** The function `orders` with AWS's defaults. */
export function lambdaFunction(parts: Partial<LambdaFunction> = {}): LambdaFunction {
  return {
    functionName: 'orders',
    functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    environment: {},
    timeout: 3,
    memorySize: 128,
    ephemeralStorage: 512,
    architecture: 'x86_64',
    loggingConfig: { logFormat: 'Text' },
    region: 'us-east-1',
    accountId: '123456789012',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    freeze: false,
    ...parts,
  }
}
