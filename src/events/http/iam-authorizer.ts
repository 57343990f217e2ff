import type { APIGatewayProxyEventV2WithIAMAuthorizer } from 'aws-lambda'
import { ACCOUNT_ID } from '../fixed.ts'

type IamAuthorizer = APIGatewayProxyEventV2WithIAMAuthorizer['requestContext']['authorizer']

/** Who signed the request; what isn't given is AWS's example. */
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
