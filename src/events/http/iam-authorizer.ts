import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda'
import { ACCOUNT_ID } from '../fixed-values.ts'

type IamAuthorizer = APIGatewayProxyEventV2WithIAMAuthorizer['requestContext']['authorizer']

/** The caller that signed the request. Properties that you don't give are AWS's examples. */
export type IamCaller = Readonly<Partial<IamAuthorizer['iam']>>

export function iamAuthorizer(caller: IamCaller): IamAuthorizer {
  return {
    iam: {
      accessKey: 'AKIAIOSFODNN7EXAMPLE',
      accountId: ACCOUNT_ID,
      callerId: 'AIDACKCEVSQ6C2EXAMPLE',
      cognitoIdentity: null,
      principalOrgId: 'aws:PrincipalOrgID',
      userArn: `arn:aws:iam::${ACCOUNT_ID}:user/Alice`,
      userId: 'AIDACKCEVSQ6C2EXAMPLE',
      ...caller,
    },
  }
}
