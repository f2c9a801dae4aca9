import {
  idOf,
  nameOf,
  parseAccount,
  resourceOf,
  sameAccount,
} from '../../../shared/domain/chain/account.ts';

describe('parseAccount', () => {
  const relay = { ok: true, value: { email: 'relay@acme-ops.iam.gserviceaccount.com' } };
  const cases: [title: string, text: string, expected: object][] = [
    ['takes an email', 'relay@acme-ops.iam.gserviceaccount.com', relay],
    ['takes an email in capitals', 'Relay@Acme-Ops.iam.gserviceaccount.com', relay],
    [
      'takes a resource name',
      'projects/-/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
      relay,
    ],
    [
      'takes a unique ID',
      '104857600000000000000',
      { ok: true, value: { uniqueId: '104857600000000000000' } },
    ],
    [
      'takes a unique ID in a resource name',
      'projects/acme-ops/serviceAccounts/104857600000000000000',
      { ok: true, value: { uniqueId: '104857600000000000000' } },
    ],
    [
      'takes a default account',
      '123456789-compute@developer.gserviceaccount.com',
      { ok: true, value: { email: '123456789-compute@developer.gserviceaccount.com' } },
    ],
    ['refuses a user', 'ada@acme.com', { ok: false, error: expect.stringMatching(/impersonated/) }],
    ['refuses a short ID', '10485760', { ok: false, error: expect.stringMatching(/21 digits/) }],
    [
      'refuses a member, and says what to write',
      'serviceAccount:relay@acme-ops.iam.gserviceaccount.com',
      { ok: false, error: expect.stringMatching(/as relay@acme-ops/) },
    ],
  ];
  it.each(cases)('%s', (_title, text, expected) => {
    expect(parseAccount(text)).toEqual(expected);
  });
});

const pinned = {
  email: 'relay@acme-ops.iam.gserviceaccount.com',
  uniqueId: '104857600000000000000',
};

describe('an account with email and unique ID', () => {
  it('is named by its unique ID in requests, because an account that is created again does not have it', () => {
    expect(idOf(pinned)).toBe('104857600000000000000');
    expect(resourceOf(pinned)).toBe('projects/-/serviceAccounts/104857600000000000000');
  });

  it('is shown by its email', () => {
    expect(nameOf(pinned)).toBe('relay@acme-ops.iam.gserviceaccount.com');
  });

  it('equals an account with only its email or only its unique ID', () => {
    expect(sameAccount(pinned, { email: pinned.email })).toBe(true);
    expect(sameAccount({ uniqueId: pinned.uniqueId }, pinned)).toBe(true);
    expect(sameAccount({ uniqueId: pinned.uniqueId }, { email: pinned.email })).toBe(false);
  });
});
