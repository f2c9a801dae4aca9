import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '../../shared/cloud/secrets.ts';

import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { Result } from '../../shared/domain/basics/result.ts';
import type { Chain, CredentialSpec } from '../../shared/domain/chain/chain.ts';
import { Token } from '../../shared/domain/chain/credential.ts';
import type { ServiceAccount } from '../../shared/domain/iam/snapshot.ts';
import type { Ledger } from '../../shared/domain/rotation/ledger.ts';
import { parseLedger } from '../../shared/domain/rotation/ledger.ts';
import {
  keyIdOf,
  proveAccessToken,
  proveIdToken,
  proveSignedBlob,
  proveSignedJwt,
} from '../../shared/domain/rotation/proof.ts';
import type { Sandbox } from './sandbox.ts';

const now = () => new Date();
const soon = () => AbortSignal.timeout(60_000);
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const ACCESS_TOKEN = { kind: 'access-token', scopes: [SCOPE], lifetimeSeconds: 600 } as const;

function value<T>(result: Result<T, Failure>): T {
  if (!result.ok) throw new Error(`${result.error.reason}: ${result.error.detail}`);
  return result.value;
}

/** Secret Manager may answer what was a while ago: reads are asked again until they tell it, or for a minute. */
async function eventually<T>(read: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    const now = await read();
    if (holds(now) || attempt === 60) return now;
    await sleep(1000);
  }
}

/** What any Cloud owes the functions. Tried on the local cloud always, and on Google where a project is named for it. */
export function describeCloud(name: string, open: () => Promise<Sandbox>): void {
  describe(`a Cloud (${name})`, () => {
    let sandbox: Sandbox;
    let target: ServiceAccount;
    const chain = <Spec extends CredentialSpec>(
      credential: Spec,
      part: Partial<Chain> = {},
    ): Chain & { credential: Spec } => ({
      name: 'contract',
      delegates: [{ email: sandbox.relay }],
      target: { email: sandbox.target },
      secret: sandbox.secret,
      format: 'raw',
      rotateEverySeconds: 300,
      retryWindowSeconds: 60,
      minValiditySeconds: 60,
      ...part,
      credential,
    });
    const minted = async (of: Chain) =>
      value(await sandbox.cloud.credentials.mint(of, now, soon()));
    const refused = async (of: Chain) => {
      const result = await sandbox.cloud.credentials.mint(of, now, soon());
      return result.ok ? 'minted' : result.error;
    };
    beforeAll(async () => {
      sandbox = await open();
      const found = value(await sandbox.cloud.policies.account({ email: sandbox.target }, soon()));
      if (found === 'missing') throw new Error('the sandbox has no target');
      target = found;
    });
    afterAll(() => sandbox?.close());

    describe('mints through a delegate, in one call,', () => {
      it('an access token that introspection proves', async () => {
        const of = chain(ACCESS_TOKEN);
        const credential = await minted(of);
        const { introspect } = sandbox.cloud.credentials;
        const info = value(await introspect(credential.token, soon()));
        const proven = proveAccessToken(of, credential, target.uniqueId, info);
        expect(proven).toEqual({ ok: true, value: { targetId: target.uniqueId } });
        const left = credential.expiresAt.getTime() - credential.mintedAt.getTime();
        expect(Math.abs(left / 1000 - 600)).toBeLessThan(60);
      });

      it("an ID token that Google's keys prove, for an hour", async () => {
        const of = chain({ kind: 'id-token', audience: 'https://a.example', includeEmail: true });
        const credential = await minted(of);
        const kid = value(keyIdOf(credential));
        const keys = value(await sandbox.cloud.credentials.idTokenKeys(kid, soon()));
        const proven = await proveIdToken(of, credential, target.uniqueId, keys, now());
        expect(proven).toEqual({ ok: true, value: { targetId: target.uniqueId } });
        const left = credential.expiresAt.getTime() - credential.mintedAt.getTime();
        expect(Math.abs(left / 1000 - 3600)).toBeLessThan(60);
      });

      it("a JWT that the target's keys prove", async () => {
        const of = chain({
          kind: 'signed-jwt',
          claims: { aud: 'https://firestore.googleapis.com/' },
          lifetimeSeconds: 3600,
          allowTokenExchange: false,
        });
        const credential = await minted(of);
        const { keysOf } = sandbox.cloud.credentials;
        const kid = value(keyIdOf(credential));
        const keys = value(await keysOf(of.target, kid, soon()));
        expect(await proveSignedJwt(of, credential, keys, now())).toMatchObject({ ok: true });
      });

      it("a blob that the target's keys prove", async () => {
        const payload = Buffer.from('release 42').toString('base64');
        const of = chain({ kind: 'signed-blob', payload, allowTokenExchange: false });
        const credential = await minted(of);
        const { keysOf } = sandbox.cloud.credentials;
        const keys = value(await keysOf(of.target, credential.keyId ?? '', soon()));
        expect(await proveSignedBlob(of, credential, keys)).toMatchObject({ ok: true });
      });

      it('for a target that is named by its unique ID', async () => {
        const of = chain(ACCESS_TOKEN, { target: { uniqueId: target.uniqueId } });
        const credential = await minted(of);
        const { introspect } = sandbox.cloud.credentials;
        expect(value(await introspect(credential.token, soon())).azp).toBe(target.uniqueId);
      });
    });

    it('mints nothing where a hop is not granted, and says which permission is missing', async () => {
      const direct = chain(ACCESS_TOKEN, { delegates: [] });
      const astray = chain(ACCESS_TOKEN, { target: { email: sandbox.stranger } });
      const backwards = chain(ACCESS_TOKEN, {
        delegates: [{ email: sandbox.target }],
        target: { email: sandbox.relay },
      });
      const denied = (verb: string) =>
        expect.objectContaining({
          reason: 'mint-denied',
          status: 403,
          permission: `iam.serviceAccounts.${verb}`,
        });
      expect(await refused(direct)).toEqual(denied('getAccessToken'));
      expect(await refused(astray)).toEqual(denied('getAccessToken'));
      expect(await refused(backwards)).toEqual(denied('implicitDelegation'));
    });

    it('mints nothing for an account that is not there', async () => {
      const email = `hopmint-contract-nobody@${sandbox.project}.iam.gserviceaccount.com`;
      const nowhere = await refused(chain(ACCESS_TOKEN, { target: { email } }));
      expect(nowhere).toMatchObject({ reason: 'mint-denied' });
    });

    it("mints no token of two hours without the organization's leave", async () => {
      const long = chain({ ...ACCESS_TOKEN, lifetimeSeconds: 7200 });
      expect(await refused(long)).toMatchObject({ reason: 'mint-refused', status: 400 });
    });

    it('calls a forged token disproved', async () => {
      const { introspect } = sandbox.cloud.credentials;
      const info = await introspect(new Token(`ya29.c.${randomUUID()}`), soon());
      expect(info).toMatchObject({ ok: false, error: { reason: 'disproved' } });
    });

    it('knows itself, by email, and knows that another is another', async () => {
      const { isSelf } = sandbox.cloud.credentials;
      expect(value(await isSelf({ email: sandbox.caller }, soon()))).toBe(true);
      expect(value(await isSelf({ email: sandbox.relay }, soon()))).toBe(false);
      expect(value(await isSelf({ uniqueId: target.uniqueId }, soon()))).toBe(false);
    });

    /** One story, in order: each test goes on where the one before it ended. */
    describe('keeps a secret:', () => {
      const ledger = (current: number, previous: number): Ledger => ({
        chain: 'contract',
        kind: 'access-token',
        digest: 'a'.repeat(64),
        targetId: target.uniqueId,
        mintedAt: new Date('2026-11-22T12:00:00Z'),
        expiresAt: new Date('2026-11-22T13:00:00Z'),
        current,
        previous,
        destroyedThrough: 0,
        unproven: false,
      });
      const read = async (): Promise<Secret> =>
        value(await sandbox.cloud.secrets.secret(sandbox.secret, soon()));
      let first: Secret;

      it('it is read with its label, and listed among ours', async () => {
        first = await read();
        expect(first).toMatchObject({
          name: sandbox.secret,
          labels: { 'managed-by': 'hopmint' },
          annotations: { note: 'kept' },
          versionAliases: {},
          etag: expect.stringMatching(/./),
        });
        const { secretsIn } = sandbox.cloud.secrets;
        const names = await eventually(
          async () => value(await secretsIn(sandbox.project, soon())).map(({ name }) => name),
          (all) => all.includes(sandbox.secret),
        );
        expect(names).toContain(sandbox.secret);
      });

      it('versions are numbered from one upwards', async () => {
        const { addVersion } = sandbox.cloud.secrets;
        const numbers: number[] = [];
        for (const text of ['one', 'two']) {
          numbers.push(value(await addVersion(sandbox.secret, new Token(text), soon())));
        }
        expect(numbers).toEqual([1, 2]);
      });

      it('a ledger is committed under an etag, once, and what is not ours stays', async () => {
        const { commit } = sandbox.cloud.secrets;
        const before = await read();
        value(await commit(before, ledger(2, 1), soon()));
        const after = await eventually(read, ({ versionAliases }) => versionAliases.current === 2);
        expect(parseLedger(after.annotations)).toEqual(ledger(2, 1));
        expect(after.annotations.note).toBe('kept');
        expect(after.versionAliases).toEqual({ current: 2, previous: 1 });
        expect(after.etag).not.toBe(before.etag);
        const again = await commit(before, ledger(2, 0), soon());
        expect(again).toMatchObject({ ok: false, error: { reason: 'etag-stale' } });
      });

      it('a version is destroyed, again, and where there is none', async () => {
        const { destroyVersion } = sandbox.cloud.secrets;
        for (const version of [1, 1, 2, 77]) {
          value(await destroyVersion(sandbox.secret, version, soon()));
        }
      });

      it('and one that is not there is missing', async () => {
        const nowhere = `${sandbox.secret}-nowhere`;
        const { secret, addVersion } = sandbox.cloud.secrets;
        const missing = { ok: false, error: { reason: 'secret-missing', status: 404 } };
        expect(await secret(nowhere, soon())).toMatchObject(missing);
        expect(await addVersion(nowhere, new Token('x'), soon())).toMatchObject(missing);
      });
    });

    it('publishes to a topic, and to none that is not there', async () => {
      const { publish } = sandbox.cloud.topics;
      const envelopes = [{ message: { n: 1 } }, { message: { n: 2 }, attributes: { a: 'b' } }];
      value(await publish(sandbox.topic, envelopes, soon()));
      const nowhere = await publish(`${sandbox.topic}-nowhere`, envelopes, soon());
      expect(nowhere).toMatchObject({ ok: false, error: { status: 404 } });
    });

    describe('reads what decides a hop:', () => {
      it('an account by email and by unique ID, its policy and its keys', async () => {
        const { account, accountPolicy, userKeys } = sandbox.cloud.policies;
        expect(target).toEqual({
          email: sandbox.target,
          uniqueId: expect.stringMatching(/^\d{21}$/),
          projectId: sandbox.project,
          disabled: false,
        });
        expect(value(await account({ uniqueId: target.uniqueId }, soon()))).toEqual(target);
        const policy = value(await accountPolicy(target, soon()));
        expect(policy.bindings).toContainEqual({
          role: 'roles/iam.serviceAccountTokenCreator',
          members: [`serviceAccount:${sandbox.relay}`],
        });
        expect(value(await userKeys(target, soon()))).toEqual([]);
      });

      it('that an account is not there', async () => {
        const email = `hopmint-contract-nobody@${sandbox.project}.iam.gserviceaccount.com`;
        expect(value(await sandbox.cloud.policies.account({ email }, soon()))).toBe('missing');
      });

      it('the project, its policy, its deny policies, and what it says of lifetimes', async () => {
        const { container, containerPolicy, denyPolicies, lifetimePolicy } = sandbox.cloud.policies;
        const project = `projects/${sandbox.project}`;
        const found = value(await container(project, soon()));
        expect(found.number).toMatch(/^projects\/\d+$/);
        const policy = value(await containerPolicy(project, soon()));
        expect(policy.bindings.flatMap(({ members }) => members)).toContain(
          `serviceAccount:${sandbox.caller}`,
        );
        expect(value(await denyPolicies(project, soon()))).toEqual([]);
        expect(value(await lifetimePolicy(sandbox.project, soon())).allowAll).toBe(false);
      });

      it("Google's roles with their permissions, and that there is no such role", async () => {
        const { role } = sandbox.cloud.policies;
        const creator = value(await role('roles/iam.serviceAccountTokenCreator', soon()));
        expect(creator.state).toBe('live');
        expect([...creator.permissions]).toEqual(
          expect.arrayContaining([
            'iam.serviceAccounts.implicitDelegation',
            'iam.serviceAccounts.signJwt',
          ]),
        );
        const none = value(await role('roles/iam.hopmintContractNobody', soon()));
        expect(none).toMatchObject({ state: 'deleted', permissions: new Set() });
      });

      it('the policy of a secret, and of one that is not there an empty one', async () => {
        const { secretPolicy } = sandbox.cloud.policies;
        expect(value(await secretPolicy(sandbox.secret, soon()))).toEqual({ bindings: [] });
        const nowhere = await secretPolicy(`${sandbox.secret}-nowhere`, soon());
        expect(value(nowhere)).toEqual({ bindings: [] });
      });
    });
  });
}
