import {
  idOf,
  nameOf,
  parseAccount,
  resourceOf,
  sameAccount,
} from '../../../shared/domain/chain/account.ts';

describe('parseAccount', () => {
  const relay = { ok: true, value: { email: 'relay@acme-ops.iam.gserviceaccount.com' } };
  const cases: { title: string; text: string; expected: object }[] = [
    { title: 'takes an email', text: 'relay@acme-ops.iam.gserviceaccount.com', expected: relay },
    {
      title: 'takes an email in capitals',
      text: 'Relay@Acme-Ops.iam.gserviceaccount.com',
      expected: relay,
    },
    {
      title: 'takes a resource name',
      text: 'projects/-/serviceAccounts/relay@acme-ops.iam.gserviceaccount.com',
      expected: relay,
    },
    {
      title: 'takes a unique ID',
      text: '104857600000000000000',
      expected: { ok: true, value: { uniqueId: '104857600000000000000' } },
    },
    {
      title: 'takes a unique ID in a resource name',
      text: 'projects/acme-ops/serviceAccounts/104857600000000000000',
      expected: { ok: true, value: { uniqueId: '104857600000000000000' } },
    },
    {
      title: 'takes a default account',
      text: '123456789-compute@developer.gserviceaccount.com',
      expected: { ok: true, value: { email: '123456789-compute@developer.gserviceaccount.com' } },
    },
    {
      title: 'refuses a user',
      text: 'ada@acme.com',
      expected: { ok: false, error: expect.stringMatching(/impersonated/) },
    },
    {
      title: 'refuses a short ID',
      text: '10485760',
      expected: { ok: false, error: expect.stringMatching(/21 digits/) },
    },
    {
      title: 'refuses a member, and says what to write',
      text: 'serviceAccount:relay@acme-ops.iam.gserviceaccount.com',
      expected: { ok: false, error: expect.stringMatching(/as relay@acme-ops/) },
    },
  ];
  it.each(cases)('$title', ({ text, expected }) => {
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
