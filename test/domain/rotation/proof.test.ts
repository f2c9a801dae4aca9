import { createSign, type KeyObject } from 'node:crypto';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { claimsFor } from '../../../shared/domain/chain/claims.ts';
import {
  proveAccessToken,
  proveIdToken,
  proveSignedBlob,
  proveSignedJwt,
} from '../../../shared/domain/rotation/proof.ts';
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

describe('a signed JWT', () => {
  const chain: Chain & { credential: { kind: 'signed-jwt' } } = {
    ...base,
    credential: {
      kind: 'signed-jwt',
      claims: { aud: 'https://firestore.googleapis.com/', nested: { b: 1, a: [1, 2] } },
      lifetimeSeconds: 3600,
      allowTokenExchange: false,
    },
  };

  it('names the target as issuer and subject, and lasts one lifetime from a minute ago', () => {
    expect(claimsFor(chain, now)).toEqual({
      aud: 'https://firestore.googleapis.com/',
      nested: { b: 1, a: [1, 2] },
      iss: EMAIL,
      sub: EMAIL,
      iat: +now / 1000 - 60,
      exp: +now / 1000 - 60 + 3600,
    });
  });

  const cases: {
    title: string;
    change: Record<string, unknown>;
    key: KeyObject;
    expected: object;
  }[] = [
    {
      title: 'is proven if its claims are those sent',
      change: {},
      key: ours.privateKey,
      expected: { ok: true, value: {} },
    },
    {
      title: 'is proven in any order of its claims',
      change: { nested: { a: [1, 2], b: 1 } },
      key: ours.privateKey,
      expected: { ok: true },
    },
    {
      title: 'is disproved with one claim too many',
      change: { scope: 'x' },
      key: ours.privateKey,
      expected: disproved,
    },
    {
      title: 'is disproved with another subject',
      change: { sub: 'ada@acme.com' },
      key: ours.privateKey,
      expected: disproved,
    },
    {
      title: 'is disproved with a longer lifetime',
      change: { exp: +later(7200) / 1000 },
      key: ours.privateKey,
      expected: disproved,
    },
    {
      title: 'is disproved by a signature of a key that the target does not publish',
      change: {},
      key: foreign.privateKey,
      expected: disproved,
    },
  ];
  it.each(cases)('$title', async ({ change, key, expected }) => {
    const token = credential(await signed({ ...claimsFor(chain, now), ...change }, key));
    expect(await proveSignedJwt(chain, token, await published(ours.publicKey), now)).toMatchObject(
      expected,
    );
  });

  it('is disproved if another key than the one that Google named signed it', async () => {
    const token = { ...credential(await signed(claimsFor(chain, now))), keyId: 'k2' };
    expect(await proveSignedJwt(chain, token, await published(ours.publicKey), now)).toMatchObject(
      disproved,
    );
  });
});

describe('a signed blob', () => {
  const bytes = Buffer.from('release 42');
  const chain: Chain & { credential: { kind: 'signed-blob' } } = {
    ...base,
    credential: {
      kind: 'signed-blob',
      payload: bytes.toString('base64'),
      allowTokenExchange: false,
    },
  };
  const signature = (over: Buffer, key: KeyObject = ours.privateKey) =>
    createSign('RSA-SHA256').update(over).sign(key, 'base64');

  it('is proven if the signature matches the bytes', async () => {
    const proven = await proveSignedBlob(
      chain,
      credential(signature(bytes)),
      await published(ours.publicKey),
    );
    expect(proven).toEqual({ ok: true, value: {} });
  });

  it('is disproved if the signature matches other bytes', async () => {
    const other = credential(signature(Buffer.from('release 43')));
    expect(await proveSignedBlob(chain, other, await published(ours.publicKey))).toMatchObject(
      disproved,
    );
  });

  it('is disproved by a signature of an unpublished key', async () => {
    const other = { ...credential(signature(bytes)), keyId: 'k2' };
    expect(await proveSignedBlob(chain, other, await published(ours.publicKey))).toMatchObject(
      disproved,
    );
    const forged = credential(signature(bytes, foreign.privateKey));
    expect(await proveSignedBlob(chain, forged, await published(ours.publicKey))).toMatchObject(
      disproved,
    );
  });
});

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
