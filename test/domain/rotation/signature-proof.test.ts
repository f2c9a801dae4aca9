import { createSign, type KeyObject } from 'node:crypto';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { claimsFor } from '../../../shared/domain/chain/claims.ts';
import { proveSignedBlob, proveSignedJwt } from '../../../shared/domain/rotation/proof.ts';
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
