/** `LAMBDA_FIXTURES_SIZE=nightly`: tests run in their full size, with combinations that no change is likely to break. */
export const NIGHTLY: boolean = process.env.LAMBDA_FIXTURES_SIZE === 'nightly'
