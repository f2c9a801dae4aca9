import { randomUUID } from 'node:crypto';
import type { Chain, CredentialSpec } from '../../shared/domain/chain/chain.ts';
import { Token } from '../../shared/domain/chain/credential.ts';
import {
  keyIdOf,
  proveAccessToken,
  proveIdToken,
  proveSignedBlob,
  proveSignedJwt,
} from '../../shared/domain/rotation/proof.ts';
import { deadline, type Opened, value } from './sandbox.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const ACCESS_TOKEN = { kind: 'access-token', scopes: [SCOPE], lifetimeSeconds: 600 } as const;

const now = () => new Date();

export function describeMinting(opened: Opened): void {
  const chain = <Spec extends CredentialSpec>(
    credential: Spec,
    part: Partial<Chain> = {},
  ): Chain & { credential: Spec } => ({
    name: 'contract',
    delegates: [{ email: opened.sandbox.relay }],
    target: { email: opened.sandbox.target },
    secret: opened.sandbox.secret,
    format: 'raw',
    rotateEverySeconds: 300,
    retryWindowSeconds: 60,
    minValiditySeconds: 60,
    ...part,
    credential,
  });
  const mint = (of: Chain) => opened.sandbox.cloud.credentials.mint(of, now, deadline());
  const failureOf = async (of: Chain) => {
    const result = await mint(of);
    return result.ok ? 'minted' : result.error;
  };

  describe('mints through a delegate, in one call,', () => {
    it('an access token that introspection proves', async () => {
      const of = chain(ACCESS_TOKEN);
      const credential = value(await mint(of));
      const { introspect } = opened.sandbox.cloud.credentials;
      const info = value(await introspect(credential.token, deadline()));
      const { uniqueId } = opened.target;
      const proven = proveAccessToken(of, credential, uniqueId, info);
      expect(proven).toEqual({ ok: true, value: { targetId: uniqueId } });
      const lifetimeMs = credential.expiresAt.getTime() - credential.mintedAt.getTime();
      expect(Math.abs(lifetimeMs / 1000 - 600)).toBeLessThan(60);
    });

    it("an ID token of one hour that Google's keys prove", async () => {
      const of = chain({ kind: 'id-token', audience: 'https://a.example', includeEmail: true });
      const credential = value(await mint(of));
      const kid = value(keyIdOf(credential));
      const keys = value(await opened.sandbox.cloud.credentials.idTokenKeys(kid, deadline()));
      const { uniqueId } = opened.target;
      const proven = await proveIdToken(of, credential, uniqueId, keys, now());
      expect(proven).toEqual({ ok: true, value: { targetId: uniqueId } });
      const lifetimeMs = credential.expiresAt.getTime() - credential.mintedAt.getTime();
      expect(Math.abs(lifetimeMs / 1000 - 3600)).toBeLessThan(60);
    });

    it("a JWT that the target's keys prove", async () => {
      const of = chain({
        kind: 'signed-jwt',
        claims: { aud: 'https://firestore.googleapis.com/' },
        lifetimeSeconds: 3600,
        allowTokenExchange: false,
      });
      const credential = value(await mint(of));
      const { keysOf } = opened.sandbox.cloud.credentials;
      const kid = value(keyIdOf(credential));
      const keys = value(await keysOf(of.target, kid, deadline()));
      expect(await proveSignedJwt(of, credential, keys, now())).toMatchObject({ ok: true });
    });

    it("a blob that the target's keys prove", async () => {
      const payload = Buffer.from('release 42').toString('base64');
      const of = chain({ kind: 'signed-blob', payload, allowTokenExchange: false });
      const credential = value(await mint(of));
      const { keysOf } = opened.sandbox.cloud.credentials;
      const keys = value(await keysOf(of.target, credential.keyId ?? '', deadline()));
      expect(await proveSignedBlob(of, credential, keys)).toMatchObject({ ok: true });
    });

    it('for a target that is named by its unique ID', async () => {
      const { uniqueId } = opened.target;
      const credential = value(await mint(chain(ACCESS_TOKEN, { target: { uniqueId } })));
      const { introspect } = opened.sandbox.cloud.credentials;
      expect(value(await introspect(credential.token, deadline())).azp).toBe(uniqueId);
    });
  });

  it('mints nothing where a hop is not granted, and names the missing permission', async () => {
    const { target, relay, stranger } = opened.sandbox;
    const withoutDelegate = chain(ACCESS_TOKEN, { delegates: [] });
    const toStranger = chain(ACCESS_TOKEN, { target: { email: stranger } });
    const backwards = chain(ACCESS_TOKEN, {
      delegates: [{ email: target }],
      target: { email: relay },
    });
    const denied = (verb: string) =>
      expect.objectContaining({
        reason: 'mint-denied',
        status: 403,
        permission: `iam.serviceAccounts.${verb}`,
      });
    expect(await failureOf(withoutDelegate)).toEqual(denied('getAccessToken'));
    expect(await failureOf(toStranger)).toEqual(denied('getAccessToken'));
    expect(await failureOf(backwards)).toEqual(denied('implicitDelegation'));
  });

  it('mints nothing for an account that does not exist', async () => {
    const email = `hopmint-contract-nobody@${opened.sandbox.project}.iam.gserviceaccount.com`;
    const failure = await failureOf(chain(ACCESS_TOKEN, { target: { email } }));
    expect(failure).toMatchObject({ reason: 'mint-denied' });
  });

  it('mints no token of two hours where the organization policy does not allow it', async () => {
    const long = chain({ ...ACCESS_TOKEN, lifetimeSeconds: 7200 });
    expect(await failureOf(long)).toMatchObject({ reason: 'mint-refused', status: 400 });
  });

  it('calls a forged token disproved', async () => {
    const { introspect } = opened.sandbox.cloud.credentials;
    const info = await introspect(new Token(`ya29.c.${randomUUID()}`), deadline());
    expect(info).toMatchObject({ ok: false, error: { reason: 'disproved' } });
  });

  it('recognizes its own account by email, and no other account', async () => {
    const { isSelf } = opened.sandbox.cloud.credentials;
    expect(value(await isSelf({ email: opened.sandbox.caller }, deadline()))).toBe(true);
    expect(value(await isSelf({ email: opened.sandbox.relay }, deadline()))).toBe(false);
    expect(value(await isSelf({ uniqueId: opened.target.uniqueId }, deadline()))).toBe(false);
  });
}
