import { failureOf, permissionOf } from '../../../shared/google/wire/failures.ts';
import { toHttpResponse } from '../../../shared/google/wire/generated-clients.ts';

const refusals = {
  operation: 'mint',
  denied: 'mint-denied',
  missing: 'mint-denied',
  refused: 'mint-refused',
} as const;

const denied = {
  error: {
    code: 403,
    message: "Permission 'iam.serviceAccounts.getAccessToken' denied for ya29.secret",
    status: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'IAM_PERMISSION_DENIED',
        metadata: { permission: 'iam.serviceAccounts.getAccessToken' },
      },
    ],
  },
};

describe('failureOf', () => {
  const cases: { title: string; status: number; body: unknown; expected: object }[] = [
    {
      title: 'a refusal with a permission',
      status: 403,
      body: denied,
      expected: {
        reason: 'mint-denied',
        permission: 'iam.serviceAccounts.getAccessToken',
        status: 403,
      },
    },
    {
      title: 'a refusal in an older wording',
      status: 403,
      body: { error: { message: 'The caller does not have permission' } },
      expected: { reason: 'mint-denied', status: 403 },
    },
    {
      title: 'a page of a proxy',
      status: 403,
      body: undefined,
      expected: { reason: 'mint-denied', status: 403 },
    },
    {
      title: 'an account that does not exist',
      status: 404,
      body: {},
      expected: { reason: 'mint-denied', status: 404 },
    },
    {
      title: 'a request that Google rejects',
      status: 400,
      body: {},
      expected: { reason: 'mint-refused', status: 400 },
    },
    {
      title: 'an identity that Google rejects',
      status: 401,
      body: {},
      expected: { reason: 'unauthenticated', status: 401 },
    },
    {
      title: 'an exceeded quota',
      status: 429,
      body: {},
      expected: { reason: 'cloud-busy', status: 429 },
    },
    {
      title: 'an error at Google',
      status: 503,
      body: {},
      expected: { reason: 'cloud-busy', status: 503 },
    },
    { title: 'no answer', status: 0, body: undefined, expected: { reason: 'cloud-busy' } },
  ];
  it.each(cases)(
    'gives the reason, status and permission of $title',
    ({ status, body, expected }) => {
      expect(failureOf({ status, body }, refusals)).toMatchObject(expected);
    },
  );

  it('leaves out Google’s message, which may repeat what the caller sent', () => {
    expect(JSON.stringify(failureOf({ status: 403, body: denied }, refusals))).not.toMatch(/ya29/);
  });

  it('ignores a permission that is not spelled like one', () => {
    const details = [{ metadata: { permission: 'ya29.A0-secret token' } }];
    expect(permissionOf({ error: { details } })).toBeUndefined();
  });
});

describe('an error of a generated client', () => {
  const cases: { title: string; error: unknown; expected: object }[] = [
    { title: 'a gRPC code', error: { code: 5 }, expected: { status: 404 } },
    {
      title: 'a stale etag',
      error: { code: 9 },
      expected: { status: 400, body: { error: { status: 'FAILED_PRECONDITION' } } },
    },
    { title: 'a reset', error: { code: 'ECONNRESET' }, expected: { status: 0 } },
    { title: 'an unknown error', error: new Error('?'), expected: { status: 0 } },
    { title: 'a thrown undefined', error: undefined, expected: { status: 0 } },
  ];
  it.each(cases)('becomes the HTTP response it was made from: $title', ({ error, expected }) => {
    expect(toHttpResponse(error)).toMatchObject(expected);
  });
});
