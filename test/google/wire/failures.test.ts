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
  const cases: [title: string, status: number, body: unknown, expected: object][] = [
    [
      'a refusal with a permission',
      403,
      denied,
      { reason: 'mint-denied', permission: 'iam.serviceAccounts.getAccessToken', status: 403 },
    ],
    [
      'a refusal in an older wording',
      403,
      { error: { message: 'The caller does not have permission' } },
      { reason: 'mint-denied', status: 403 },
    ],
    ['a page of a proxy', 403, undefined, { reason: 'mint-denied', status: 403 }],
    ['an account that does not exist', 404, {}, { reason: 'mint-denied', status: 404 }],
    ['a request that Google rejects', 400, {}, { reason: 'mint-refused', status: 400 }],
    ['an identity that Google rejects', 401, {}, { reason: 'unauthenticated', status: 401 }],
    ['an exceeded quota', 429, {}, { reason: 'cloud-busy', status: 429 }],
    ['an error at Google', 503, {}, { reason: 'cloud-busy', status: 503 }],
    ['no answer', 0, undefined, { reason: 'cloud-busy' }],
  ];
  it.each(cases)(
    'gives the reason, status and permission of %s',
    (_title, status, body, expected) => {
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
  const cases: [title: string, error: unknown, expected: object][] = [
    ['a gRPC code', { code: 5 }, { status: 404 }],
    [
      'a stale etag',
      { code: 9 },
      { status: 400, body: { error: { status: 'FAILED_PRECONDITION' } } },
    ],
    ['a reset', { code: 'ECONNRESET' }, { status: 0 }],
    ['an unknown error', new Error('?'), { status: 0 }],
    ['a thrown undefined', undefined, { status: 0 }],
  ];
  it.each(cases)('becomes the HTTP response it was made from: %s', (_title, error, expected) => {
    expect(toHttpResponse(error)).toMatchObject(expected);
  });
});
