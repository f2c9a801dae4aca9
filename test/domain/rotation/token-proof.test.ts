import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { proveAccessToken, proveIdToken } from '../../../shared/domain/rotation/proof.ts';
import {
  base,
  credential,
  disproved,
  EMAIL,
  foreign,
  later,
  now,
  ours,
  published,
  signed,
} from './proof-world.ts';

const ID = '104857600000000000000';

describe('an access token', () => {
  const scopes = ['https://www.googleapis.com/auth/bigquery.readonly', 'email'];
  const chain: Chain & { credential: { kind: 'access-token' } } = {
    ...base,
    credential: { kind: 'access-token', scopes, lifetimeSeconds: 3600 },
  };
  const info = {
    azp: ID,
    scopes: ['https://www.googleapis.com/auth/userinfo.email', scopes[0] as string],
    expiresAt: later(3600),
  };

  const cases: {
    title: string;
    targetId: string | undefined;
    change: Partial<typeof info>;
    expected: object;
  }[] = [
    {
      title: 'is proven before its account is known, and the proof finds the account',
      targetId: undefined,
      change: {},
      expected: { ok: true, value: { targetId: ID } },
    },
    {
      title: 'is proven if it belongs to the known account',
      targetId: ID,
      change: {},
      expected: { ok: true, value: { targetId: ID } },
    },
    {
      title: 'is proven if its expiry differs by a minute',
      targetId: ID,
      change: { expiresAt: later(3660) },
      expected: { ok: true },
    },
    {
      title: 'is disproved if it belongs to another account',
      targetId: ID,
      change: { azp: '999' },
      expected: disproved,
    },
    {
      title: 'is disproved with one scope too many',
      targetId: ID,
      change: { scopes: [...info.scopes, 'openid'] },
      expected: disproved,
    },
    {
      title: 'is disproved with one scope too few',
      targetId: ID,
      change: { scopes: info.scopes.slice(1) },
      expected: disproved,
    },
    {
      title: 'is disproved if its expiry differs by more than a minute',
      targetId: ID,
      change: { expiresAt: later(3661) },
      expected: disproved,
    },
  ];
  it.each(cases)('$title', ({ targetId, change, expected }) => {
    const proven = proveAccessToken(chain, credential('ya29.x'), targetId, { ...info, ...change });
    expect(proven).toMatchObject(expected);
  });
});

describe('an ID token', () => {
  const chain: Chain & { credential: { kind: 'id-token' } } = {
    ...base,
    credential: { kind: 'id-token', audience: 'https://partner.example.com', includeEmail: true },
  };
  const claims = {
    iss: 'https://accounts.google.com',
    aud: 'https://partner.example.com',
    azp: ID,
    sub: ID,
    email: EMAIL,
    email_verified: true,
    iat: +now / 1000,
    exp: +later(3600) / 1000,
  };

  it('is proven by a signature of one of Google’s keys', async () => {
    const proven = await proveIdToken(
      chain,
      credential(await signed(claims)),
      ID,
      await published(ours.publicKey),
      now,
    );
    expect(proven).toEqual({ ok: true, value: { targetId: ID } });
  });

  it('is disproved by a signature of any other key', async () => {
    const token = credential(await signed(claims, foreign.privateKey));
    expect(
      await proveIdToken(chain, token, ID, await published(ours.publicKey), now),
    ).toMatchObject(disproved);
  });

  const changes: { title: string; change: Record<string, unknown> }[] = [
    { title: 'another issuer', change: { iss: 'https://accounts.example.com' } },
    { title: 'another audience', change: { aud: 'https://other.example.com' } },
    {
      title: 'its audience and another one',
      change: { aud: ['https://partner.example.com', 'https://other.example.com'] },
    },
    { title: 'another subject', change: { sub: '999' } },
    { title: 'no email although the chain asks for one', change: { email: undefined } },
    { title: 'another email', change: { email: 'else@acme-data.iam.gserviceaccount.com' } },
    { title: 'an unverified email', change: { email_verified: false } },
    { title: 'an expiry in the past', change: { exp: +later(-61) / 1000 } },
  ];
  it.each(changes)('is disproved with $title', async ({ change }) => {
    const token = credential(await signed({ ...claims, ...change }));
    expect(
      await proveIdToken(chain, token, ID, await published(ours.publicKey), now),
    ).toMatchObject(disproved);
  });

  it('is disproved without naming a claim’s value', async () => {
    const token = credential(await signed({ ...claims, aud: 'https://other.example.com' }));
    const proven = await proveIdToken(chain, token, ID, await published(ours.publicKey), now);
    expect(JSON.stringify(proven)).not.toMatch(/example\.com|partner@/);
  });
});
