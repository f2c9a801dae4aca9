import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { oneAtATime } from '../../../functions/runtime/one-at-a-time.ts';
import type { Chain, CredentialSpec, Format } from '../../../shared/domain/chain/chain.ts';
import {
  chainOf,
  DEPOT,
  openRotationWorld,
  RELAY,
  type RotationWorld,
  SCOPE,
  SPECS,
  TARGET,
  TARGET_ID,
  TOKEN,
  VAULT,
} from '../rotation-world.ts';

describe('Credentials:', () => {
  const DEPTHS = [[], [RELAY], [RELAY, VAULT], [RELAY, VAULT, DEPOT]];
  const FORMATS: Format[] = ['raw', 'json', 'header'];
  const TARGETS: Chain['target'][] = [
    { email: TARGET },
    { uniqueId: TARGET_ID },
    { email: TARGET, uniqueId: TARGET_ID },
  ];

  let world: RotationWorld;
  afterEach(() => world.close());

  describe('a tick', () => {
    // hashicorp/vault-plugin-secrets-gcp#99: a user wants a chain of accounts, and the plugin supports one hop.
    it('mints a proven credential for every kind, depth, format and way to name the target', async () => {
      const chains = Object.values(SPECS).flatMap((spec) =>
        DEPTHS.flatMap((emails, depth) =>
          FORMATS.flatMap((format, f) =>
            TARGETS.map((target, t) =>
              chainOf(`${spec.kind}-${depth}-${f}-${t}`, spec, {
                delegates: emails.map((email) => ({ email })),
                format,
                target,
              }),
            ),
          ),
        ),
      );
      world = await openRotationWorld(chains);
      const results = await world.tick();
      expect(results.filter((result) => !result.ok)).toEqual([]);
      expect(results).toHaveLength(4 * 4 * 3 * 3);
      for (const chain of chains) {
        expect(world.ledger(chain.name)).toMatchObject({
          current: 1,
          previous: 0,
          unproven: false,
        });
      }
    });

    // terraform-provider-google, magic-modules#11914 and #12140: the provider stored delegates as a set, so their order was random.
    it('sends delegates in the order of the chain file', async () => {
      const chains = [
        ['in-order', [RELAY, VAULT, DEPOT]],
        ['reversed', [DEPOT, VAULT, RELAY]],
        ['swapped', [RELAY, DEPOT, VAULT]],
      ] as const;
      world = await openRotationWorld(
        chains.map(([name, emails]) =>
          chainOf(name, TOKEN, { delegates: emails.map((email) => ({ email })) }),
        ),
      );
      await world.tick();
      expect(chains.map(([name]) => world.ledger(name)?.current)).toEqual([
        1,
        undefined,
        undefined,
      ]);
    });

    it('stores an access token of the target with the requested scopes', async () => {
      world = await openRotationWorld([
        chainOf('export', TOKEN, { delegates: [{ email: RELAY }] }),
      ]);
      await world.tick();
      const issued = world.local.state.tokens.get(world.payload('export', 1));
      expect(issued).toMatchObject({ email: TARGET, scopes: [SCOPE] });
      expect(world.ledger('export')).toMatchObject({
        targetId: TARGET_ID,
        expiresAt: new Date('2026-11-22T13:00:00Z'),
      });
    });

    // googleapis/google-auth-library-python#746, #1263 and #1740: the email and the account of a token depended on the token's source.
    it('stores an ID token that verifies with Google’s published keys', async () => {
      world = await openRotationWorld([chainOf('partner', SPECS['id-token'])]);
      await world.tick();
      const { payload } = await jwtVerify(
        world.payload('partner', 1),
        createRemoteJWKSet(new URL(`${world.local.url}/oauth2/v3/certs`)),
        { currentDate: world.clock.now, audience: 'https://partner.example.com' },
      );
      expect(payload).toMatchObject({ sub: TARGET_ID, email: TARGET });
    });

    // googleapis/google-auth-library-nodejs#1443: an impersonated account could not sign a JWT.
    it("stores a signed JWT that verifies with the target's published keys", async () => {
      world = await openRotationWorld([chainOf('jwt', SPECS['signed-jwt'])]);
      await world.tick();
      const keys = new URL(`${world.local.url}/service_accounts/v1/metadata/jwk/${TARGET}`);
      const verified = await jwtVerify(world.payload('jwt', 1), createRemoteJWKSet(keys), {
        currentDate: world.clock.now,
        issuer: TARGET,
        subject: TARGET,
      });
      const { iat = 0, exp = 0 } = verified.payload;
      expect(exp - iat).toBe(3600); // Google's APIs refuse more
      expect(world.ledger('jwt')).toMatchObject({
        mintedAt: new Date('2026-11-22T12:00:00Z'),
        expiresAt: new Date(exp * 1000),
      });
    });

    it.each([{ slowSeconds: 20 }, { slowSeconds: 59 }])(
      'stores a signed JWT that a receiver accepts at once, although its clock is $slowSeconds s slow',
      async ({ slowSeconds }) => {
        world = await openRotationWorld([chainOf('jwt', SPECS['signed-jwt'])]);
        await world.tick();
        const keys = new URL(`${world.local.url}/service_accounts/v1/metadata/jwk/${TARGET}`);
        const verified = await jwtVerify(world.payload('jwt', 1), createRemoteJWKSet(keys), {
          currentDate: new Date(+world.clock.now - slowSeconds * 1000),
          maxTokenAge: '1h', // with it, jose refuses an `iat` in the future
          clockTolerance: 0,
        });
        expect(verified.payload.sub).toBe(TARGET);
      },
    );

    it('signs no credential of another kind, although the published file asks for one', async () => {
      const aud = 'https://oauth2.googleapis.com/token';
      const payload = Buffer.from('GOOG4-RSA-SHA256\n').toString('base64');
      const edited: CredentialSpec[] = [
        { kind: 'signed-jwt', claims: { aud }, lifetimeSeconds: 3600, allowTokenExchange: false },
        { kind: 'signed-blob', payload, allowTokenExchange: false },
      ];
      world = await openRotationWorld(edited.map((spec) => chainOf(spec.kind, spec)));
      const results = await world.tick();
      expect(results).toMatchObject(
        edited.map(() => ({ ok: false, error: { reason: 'signing-refused' } })),
      );
      const methods = world.local.state.requests.map(({ method }) => method);
      expect(methods.filter((method) => /sign/i.test(method))).toEqual([]);
    });

    // googleapis/google-auth-library-nodejs#1443, #1694 and googleapis/nodejs-storage#2691: an impersonated account signed wrongly or not at all.
    it("stores a signature of the requested bytes by the target's key", async () => {
      world = await openRotationWorld([chainOf('stamp', SPECS['signed-blob'], { format: 'json' })]);
      await world.tick();
      const stored = JSON.parse(world.payload('stamp', 1));
      const answer = await fetch(`${world.local.url}/service_accounts/v1/metadata/jwk/${TARGET}`);
      const { keys } = (await answer.json()) as { keys: { kid: string }[] };
      const jwk = keys.find(({ kid }) => kid === stored.keyId) as JsonWebKey;
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const bytes = Buffer.from(stored.payload, 'base64');
      expect(bytes.toString()).toBe('release 42');
      expect(verify('RSA-SHA256', bytes, key, Buffer.from(stored.token, 'base64'))).toBe(true);
      expect(world.ledger('stamp')?.expiresAt).toEqual(new Date('2026-11-23T00:00:00Z'));
    });

    it('publishes nothing a minute later', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      await world.tick();
      world.advanceMinutes(1);
      expect(await world.tick()).toEqual([]);
    });
  });
});

describe('Versions:', () => {
  const DESTROY = 'secretmanager.versions.destroy';

  let world: RotationWorld;
  afterEach(() => world.close());

  describe('repeated rotation', () => {
    it('by force happens once for each tick, even if the request arrives again', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      await world.tick();
      world.advanceMinutes(1);
      const forced = { only: ['export'], force: true };
      const [request = ''] = await world.requests(forced);
      expect(await world.deliver(request)).toMatchObject({ ok: true, value: { version: 2 } });
      for (let n = 0; n < 2; n++) {
        expect(await world.deliver(request)).toMatchObject({
          error: { reason: 'already-rotated' },
        });
      }
      world.advanceMinutes(1);
      expect(await world.tick(forced)).toMatchObject([{ ok: true, value: { version: 3 } }]);
    });

    // Once there were sixteen versions, which then went at five in a rotation.
    it('by force happens once if the requests of sixteen ticks arrive together', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      await world.tick();
      const requests: string[] = [];
      for (let n = 0; n < 16; n++) {
        world.advanceMinutes(0.1);
        requests.push(...(await world.requests({ only: ['export'], force: true })));
      }
      expect(requests).toHaveLength(16);
      const delivered = await Promise.all(requests.map((request) => world.deliver(request)));
      expect(delivered.filter(({ ok }) => ok)).toHaveLength(1);
      expect(world.versions('export')).toHaveLength(2);
    });

    it('happens once for sixty deliveries of one request at once', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const [request = ''] = await world.requests();
      const deliveries = Array.from({ length: 60 }, () => world.deliver(request));
      expect((await Promise.all(deliveries)).filter(({ ok }) => ok)).toHaveLength(1);
      expect(world.versions('export')).toHaveLength(1);
    });

    // Terraform allows four instances.
    it('by eight instances at once commits one version, and an hour of ticks destroys the others', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const [request = ''] = await world.requests();
      const instances = Array.from({ length: 8 }, () => ({ oneAtATime: oneAtATime() }));
      const delivered = await Promise.all(instances.map((own) => world.deliver(request, own)));
      expect(delivered.filter(({ ok }) => ok)).toHaveLength(1);
      expect(world.versions('export')).toHaveLength(8);
      for (let minute = 0; minute < 60; minute++) {
        world.advanceMinutes(1);
        await world.tick();
      }
      const alive = world.versions('export').filter(({ state }) => state === 'ENABLED');
      const { current = 0, previous = 0 } = world.ledger('export') ?? {};
      expect(alive.map(({ number }) => number)).toEqual([previous, current]);
    });

    it('continues without the permission to destroy old versions, and names that permission', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const role = world.local.state.roles.get('projects/acme-ops/roles/hopmintMinter');
      role?.includedPermissions.splice(role.includedPermissions.indexOf(DESTROY), 1);
      for (let n = 1; n <= 2; n++) {
        expect(await world.tick()).not.toMatchObject([{ value: { undestroyed: {} } }]);
        world.advanceMinutes(30);
      }
      expect(await world.tick()).toMatchObject([
        { value: { destroyed: [], undestroyed: { reason: 'secret-denied', permission: DESTROY } } },
      ]);
      role?.includedPermissions.push(DESTROY);
      world.advanceMinutes(30);
      expect(await world.tick()).toMatchObject([{ value: { destroyed: [1, 2] } }]);
    });

    // external-secrets/external-secrets#5808, openshift/ci-tools#5194, Worklytics/psoxy#657 and #447: nothing destroyed old versions.
    it('keeps the newest two versions and destroys the others', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      for (let n = 1; n <= 6; n++) {
        expect(await world.tick()).toMatchObject([{ ok: true, value: { version: n } }]);
        world.advanceMinutes(30);
      }
      expect(world.versions('export').map(({ state }) => state)).toEqual([
        'DESTROYED',
        'DESTROYED',
        'DESTROYED',
        'DESTROYED',
        'ENABLED',
        'ENABLED',
      ]);
      expect(
        world.local.state.secrets.get('projects/acme-ops/secrets/export')?.versionAliases,
      ).toEqual({ current: 6, previous: 5 });
    });

    it('leaves a user’s earlier versions, annotations and aliases as they are', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const secret = world.local.state.secrets.get('projects/acme-ops/secrets/export');
      if (!secret) throw new Error('no secret');
      secret.annotations.team = 'billing';
      for (const value of [1, 2]) {
        const theirs = await world.cloud.secrets.addVersion(
          secret.name,
          { reveal: () => 'theirs' } as never,
          new AbortController().signal,
        );
        expect(theirs).toEqual({ ok: true, value });
      }
      // The first has an alias, the second has none.
      secret.versionAliases.legacy = 1;
      for (let n = 3; n <= 8; n++) {
        await world.tick();
        world.advanceMinutes(30);
      }
      const states = world.versions('export').map(({ state }) => state);
      expect(states.slice(0, 3)).toEqual(['ENABLED', 'ENABLED', 'DESTROYED']);
      expect([1, 2].map((number) => world.payload('export', number))).toEqual(['theirs', 'theirs']);
      expect(world.local.state.secrets.get(secret.name)).toMatchObject({
        annotations: { team: 'billing' },
        versionAliases: { legacy: 1, current: 8, previous: 7 },
      });
    });

    const CALLS = [
      'secretmanager projects.secrets.get',
      'secretmanager projects.secrets.versions.list',
      'iamcredentials projects.serviceAccounts.generateAccessToken',
      'oauth2 tokeninfo',
      'secretmanager projects.secrets.addVersion',
      'secretmanager projects.secrets.patch',
      'secretmanager projects.secrets.versions.destroy',
    ];
    const rotatedTopic = 'projects/acme-ops/topics/hopmint-rotated';
    it.each([
      { cost: 'two reads, one mint, one introspection and three writes', on: {}, calls: CALLS },
      {
        cost: 'one publish more where rotations are announced',
        on: { rotatedTopic },
        calls: [...CALLS, 'pubsub projects.topics.publish'],
      },
    ])('costs $cost', async ({ on, calls }) => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      for (let n = 1; n <= 4; n++) {
        await world.tick();
        world.advanceMinutes(30);
      }
      const [request = ''] = await world.requests();
      const before = world.local.state.requests.length;
      expect(await world.deliver(request, on)).toMatchObject({ ok: true });
      expect(
        world.local.state.requests.slice(before).map(({ api, apiMethod }) => `${api} ${apiMethod}`),
      ).toEqual(calls);
    });
  });
});
