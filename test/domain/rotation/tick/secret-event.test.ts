import { parseSecretEvent } from '../../../../shared/domain/rotation/tick/secret-event.ts';

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const entry = (resourceName: string, part: object = {}) => ({
  protoPayload: {
    resourceName,
    authenticationInfo: { principalEmail: 'eve@acme.com' },
    ...part,
  },
});

describe('an entry of the audit log', () => {
  it.each([
    {
      about: 'a version of a secret',
      value: entry('projects/700000000001/secrets/export/versions/3'),
      expected: { secretId: 'export', by: 'eve@acme.com' },
    },
    {
      about: 'a secret, by its full name',
      value: entry('//secretmanager.googleapis.com/projects/acme-ops/secrets/export'),
      expected: { secretId: 'export', by: 'eve@acme.com' },
    },
    {
      about: 'a secret, without an author',
      value: entry('projects/acme-ops/secrets/export', { authenticationInfo: undefined }),
      expected: { secretId: 'export', by: '' },
    },
    {
      about: 'a refused call',
      value: entry('projects/acme-ops/secrets/export', { status: { code: 7 } }),
      expected: undefined,
    },
    { about: 'an account', value: entry('projects/-/serviceAccounts/1'), expected: undefined },
    { about: 'nothing', value: { hello: 1 }, expected: 'malformed' },
  ])('about $about', ({ value, expected }) => {
    expect(parseSecretEvent(base64(value))).toEqual(expected);
  });

  it('that is no JSON is malformed', () => {
    expect(parseSecretEvent('###')).toBe('malformed');
  });
});
