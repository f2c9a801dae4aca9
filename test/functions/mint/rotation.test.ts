import { createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import type { Chain, CredentialSpec, Format } from '../../../shared/domain/chain/chain.ts';
import {
  chainOf,
  DEPOT,
  MINTER,
  openRotationWorld,
  RELAY,
  type RotationWorld,
  TARGET,
  TARGET_ID,
  VAULT,
} from '../rotation-world.ts';

const SCOPE = 'https://www.googleapis.com/auth/bigquery.readonly';
const SPECS: Record<string, CredentialSpec> = {
  'access-token': { kind: 'access-token', scopes: [SCOPE], lifetimeSeconds: 3600 },
  'id-token': { kind: 'id-token', audience: 'https://partner.example.com', includeEmail: true },
  'signed-jwt': {
    kind: 'signed-jwt',
    claims: { aud: 'https://firestore.googleapis.com/' },
    lifetimeSeconds: 3600,
    allowTokenExchange: false,
  },
  'signed-blob': {
    kind: 'signed-blob',
    payload: Buffer.from('release 42').toString('base64'),
    allowTokenExchange: false,
  },
};
const TOKEN = SPECS['access-token'] as CredentialSpec;
const DESTROY = 'secretmanager.versions.destroy';
const DEPTHS = [[], [RELAY], [RELAY, VAULT], [RELAY, VAULT, DEPOT]];
const FORMATS: Format[] = ['raw', 'json', 'header'];
const TARGETS: Chain['target'][] = [
  { email: TARGET },
  { uniqueId: TARGET_ID },
  { email: TARGET, uniqueId: TARGET_ID },
];

let world: RotationWorld;
afterEach(() => world.close());
const minutes = (n: number) => {
  world.clock.now = new Date(world.clock.now.getTime() + n * 60_000);
};

describe('a tick', () => {
  // hashicorp/vault-plugin-secrets-gcp#99: a chain of accounts was asked for, and one hop was given.
  it('makes a proven credential of every kind, depth, format and way to name the target', async () => {
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
      expect(world.ledger(chain.name)).toMatchObject({ current: 1, previous: 0, unproven: false });
    }
  });

  // terraform-provider-google, magic-modules#11914 and #12140: delegates were kept as a set, and went in any order.
  it('goes by its delegates in the order that the file gives, and in no other', async () => {
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
    expect(chains.map(([name]) => world.ledger(name)?.current)).toEqual([1, undefined, undefined]);
  });

  it('stores an access token of the target, with the scopes that were asked for', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN, { delegates: [{ email: RELAY }] })]);
    await world.tick();
    const issued = world.local.state.tokens.get(world.payload('export', 1));
    expect(issued).toMatchObject({ email: TARGET, scopes: [SCOPE] });
    expect(world.ledger('export')).toMatchObject({
      targetId: TARGET_ID,
      expiresAt: new Date('2026-11-22T13:00:00Z'),
    });
  });

  // googleapis/google-auth-library-python#746, #1263 and #1740: whether a token tells the email, and of whom it is, depended on where it came from.
  it('stores an ID token that a stranger verifies by the published keys', async () => {
    world = await openRotationWorld([chainOf('partner', SPECS['id-token'] as CredentialSpec)]);
    await world.tick();
    const { payload } = await jwtVerify(
      world.payload('partner', 1),
      createRemoteJWKSet(new URL(`${world.local.url}/oauth2/v3/certs`)),
      { currentDate: world.clock.now, audience: 'https://partner.example.com' },
    );
    expect(payload).toMatchObject({ sub: TARGET_ID, email: TARGET });
  });

  // googleapis/google-auth-library-nodejs#1443: an impersonated account could sign no JWT.
  it("stores a signed JWT that a stranger verifies by the target's keys", async () => {
    world = await openRotationWorld([chainOf('jwt', SPECS['signed-jwt'] as CredentialSpec)]);
    await world.tick();
    const keys = new URL(`${world.local.url}/service_accounts/v1/metadata/jwk/${TARGET}`);
    const verified = await jwtVerify(world.payload('jwt', 1), createRemoteJWKSet(keys), {
      currentDate: world.clock.now,
      issuer: TARGET,
      subject: TARGET,
    });
    expect(verified.payload.exp).toBe(new Date('2026-11-22T13:00:00Z').getTime() / 1000);
  });

  // googleapis/google-auth-library-nodejs#1443, #1694 and googleapis/nodejs-storage#2691: what an impersonated account signed was broken, or could not be.
  it("stores a signature over the very bytes, by the target's key", async () => {
    world = await openRotationWorld([
      chainOf('stamp', SPECS['signed-blob'] as CredentialSpec, { format: 'json' }),
    ]);
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

  it('finds nothing due right after', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    await world.tick();
    minutes(1);
    expect(await world.tick()).toEqual([]);
  });
});

describe('one request', () => {
  // firebase/firebase-functions#62: what Pub/Sub delivers twice was done twice.
  it('delivered five times, one after the other, leaves one version', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const [request = ''] = await world.requests();
    for (const n of [1, 2, 3, 4, 5]) {
      const result = await world.deliver(request);
      expect(result).toMatchObject(
        n === 1 ? { ok: true } : { error: { reason: 'already-rotated' } },
      );
    }
    expect(world.versions('export')).toHaveLength(1);
  });

  it('delivered five times at once leaves one committed version, and no reader without one', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const [request = ''] = await world.requests();
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => world.deliver(request)));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const { current } = world.ledger('export') ?? {};
    expect(world.versions('export').find(({ number }) => number === current)?.state).toBe(
      'ENABLED',
    );
    expect(
      world.local.state.secrets.get('projects/acme-ops/secrets/export')?.versionAliases,
    ).toEqual({ current });
  });

  it('is acknowledged unread once it is too old', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const [request = ''] = await world.requests();
    minutes(3.1);
    expect(await world.deliver(request)).toMatchObject({ error: { reason: 'request-expired' } });
    expect(world.versions('export')).toHaveLength(0);
  });

  // Else an instance whose clock is fast would acknowledge every request unread, and be idle and so the first to get the next.
  it('is run though the clock of mint is two minutes ahead of that of fanout', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const [request = ''] = await world.requests();
    minutes(1);
    const ahead = () => new Date(+world.clock.now + 2 * 60_000);
    expect(await world.deliver(request, { now: ahead })).toMatchObject({ ok: true });
  });

  it('is not obeyed when the chain file says otherwise', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const [request = ''] = await world.requests();
    const forged = JSON.parse(Buffer.from(request, 'base64').toString());
    forged.digest = 'f'.repeat(64);
    const data = Buffer.from(JSON.stringify(forged)).toString('base64');
    expect(await world.deliver(data)).toMatchObject({ error: { reason: 'chain-unknown' } });
  });

  it('is discarded when the instance was frozen between mint and store', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const [request = ''] = await world.requests();
    const credentials: typeof world.cloud.credentials = {
      ...world.cloud.credentials,
      introspect: async (...call) => {
        const info = await world.cloud.credentials.introspect(...call);
        minutes(0.6);
        return info;
      },
    };
    const frozen = await world.deliver(request, { cloud: { ...world.cloud, credentials } });
    expect(frozen).toMatchObject({ error: { reason: 'mint-stale' } });
    expect(world.versions('export')).toHaveLength(0);
  });
});

describe('rotation after rotation', () => {
  it('that is forced is done once for a tick, however often its request comes, and again for the next', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    await world.tick();
    const forced = { only: ['export'], force: true };
    const [request = ''] = await world.requests(forced);
    expect(await world.deliver(request)).toMatchObject({ ok: true, value: { version: 2 } });
    for (let n = 0; n < 2; n++) {
      expect(await world.deliver(request)).toMatchObject({ error: { reason: 'already-rotated' } });
    }
    expect(await world.tick(forced)).toMatchObject([{ ok: true, value: { version: 3 } }]);
  });

  it('says which permission it lacks to destroy what is old, and goes on rotating', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const role = world.local.state.roles.get('projects/acme-ops/roles/hopmintMinter');
    role?.includedPermissions.splice(role.includedPermissions.indexOf(DESTROY), 1);
    for (let n = 1; n <= 3; n++) {
      expect(await world.tick()).not.toMatchObject([{ value: { undestroyed: {} } }]);
      minutes(30);
    }
    expect(await world.tick()).toMatchObject([
      { value: { destroyed: [], undestroyed: { reason: 'secret-denied', permission: DESTROY } } },
    ]);
    role?.includedPermissions.push(DESTROY);
    minutes(30);
    expect(await world.tick()).toMatchObject([{ value: { destroyed: [1, 2] } }]);
  });

  // external-secrets/external-secrets#5808, openshift/ci-tools#5194, Worklytics/psoxy#657 and #447: nothing destroyed what was old.
  it('keeps the newest three and destroys the rest, one by one', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    for (let n = 1; n <= 6; n++) {
      expect(await world.tick()).toMatchObject([{ ok: true, value: { version: n } }]);
      minutes(30);
    }
    expect(world.versions('export').map(({ state }) => state)).toEqual([
      'DESTROYED',
      'DESTROYED',
      'DESTROYED',
      'ENABLED',
      'ENABLED',
      'ENABLED',
    ]);
    expect(
      world.local.state.secrets.get('projects/acme-ops/secrets/export')?.versionAliases,
    ).toEqual({ current: 6, previous: 5 });
  });

  it('never touches what a user stored before, nor what else a user wrote on the secret', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const secret = world.local.state.secrets.get('projects/acme-ops/secrets/export');
    if (!secret) throw new Error('no secret');
    secret.annotations.team = 'billing';
    const theirs = await world.cloud.secrets.addVersion(
      secret.name,
      { reveal: () => 'theirs' } as never,
      new AbortController().signal,
    );
    expect(theirs).toEqual({ ok: true, value: 1 });
    secret.versionAliases.legacy = 1;
    for (let n = 2; n <= 7; n++) {
      await world.tick();
      minutes(30);
    }
    expect(world.versions('export')[0]).toMatchObject({ state: 'ENABLED' });
    expect(world.payload('export', 1)).toBe('theirs');
    expect(world.local.state.secrets.get(secret.name)).toMatchObject({
      annotations: { team: 'billing' },
      versionAliases: { legacy: 1, current: 7, previous: 6 },
    });
  });

  it('costs one mint, one introspection, one read and three writes', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    for (let n = 1; n <= 4; n++) {
      await world.tick();
      minutes(30);
    }
    const [request = ''] = await world.requests();
    const before = world.local.state.requests.length;
    expect(await world.deliver(request)).toMatchObject({ ok: true });
    const calls = world.local.state.requests
      .slice(before)
      .map(({ api, apiMethod }) => `${api} ${apiMethod}`);
    expect(calls).toEqual([
      'secretmanager projects.secrets.get',
      'iamcredentials projects.serviceAccounts.generateAccessToken',
      'oauth2 tokeninfo',
      'secretmanager projects.secrets.addVersion',
      'secretmanager projects.secrets.versions.destroy',
      'secretmanager projects.secrets.patch',
    ]);
  });
});

describe('a chain that fails', () => {
  it('is told with the permission, tried again, and delays no other', async () => {
    const broken = chainOf('broken', TOKEN, { delegates: [{ email: DEPOT }] });
    world = await openRotationWorld([broken, chainOf('export', TOKEN)]);
    const results = await world.tick();
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await world.failures()).toMatchObject([
      {
        chain: 'broken',
        reason: 'mint-denied',
        disposition: 'retry',
        permission: 'iam.serviceAccounts.implicitDelegation',
        status: 403,
        correlationId: 'tick-1',
      },
    ]);
  });

  // stellar-portfolio-rebalancer#1699: a credential was put in force before it was tried.
  it('is told once when it is disproved, and stores nothing', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    await world.tick();
    const secret = world.local.state.secrets.get('projects/acme-ops/secrets/export');
    if (secret) secret.annotations['hopmint-target-id'] = '999999999999999999999';
    minutes(30);
    expect(await world.tick()).toMatchObject([{ error: { reason: 'disproved' } }]);
    expect(world.versions('export')).toHaveLength(1);
    minutes(2);
    expect(await world.tick()).toMatchObject([{ error: { reason: 'failed-recently' } }]);
    expect(await world.failures()).toMatchObject([{ reason: 'disproved', disposition: 'fail' }]);
  });

  it('refuses a secret without our label, and one whose ledger is of another chain', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN), chainOf('other', TOKEN)]);
    const requests = await world.requests();
    const secretOf = (name: string) =>
      world.local.state.secrets.get(`projects/acme-ops/secrets/${name}`);
    const [unlabelled, taken] = [secretOf('export'), secretOf('other')];
    if (unlabelled) unlabelled.labels = {};
    if (taken) taken.annotations = { 'hopmint-chain': 'third' };
    for (const request of requests) {
      expect(await world.deliver(request)).toMatchObject({ error: { reason: 'secret-foreign' } });
    }
    expect([...world.versions('export'), ...world.versions('other')]).toEqual([]);
  });

  it('refuses a chain file of another caller', async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
    const [request = ''] = await world.requests();
    const credentials = {
      ...world.cloud.credentials,
      isSelf: async () => ({ ok: true, value: false }) as const,
    };
    expect(await world.deliver(request, { cloud: { ...world.cloud, credentials } })).toMatchObject({
      error: { reason: 'caller-mismatch' },
    });
    expect(
      await world.cloud.credentials.isSelf({ email: MINTER }, new AbortController().signal),
    ).toEqual({ ok: true, value: true });
  });
});
