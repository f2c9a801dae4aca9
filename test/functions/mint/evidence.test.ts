import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { CREDENTIALS } from '../../simulation/chains.ts';
import {
  chainOf,
  DEPOT,
  MINTER,
  openRotationWorld,
  RELAY,
  type RotationWorld,
  TARGET,
  TOKEN,
} from '../rotation-world.ts';

describe('Evidence:', () => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await openRotationWorld([chainOf('export', TOKEN)]);
  });
  afterEach(() => world.close());

  const secret = () => {
    const found = world.local.state.secrets.get('projects/acme-ops/secrets/export');
    if (!found) throw new Error('no secret');
    return found;
  };
  const statesOf = () => world.versions('export').map(({ state }) => state);
  const rotate = async (times: number) => {
    for (let n = 0; n < times; n++) {
      expect(await world.tick()).toMatchObject([{ ok: true }]);
      world.advanceMinutes(30);
    }
  };
  /** Ticks once a minute until the chain is rotated. @returns the minutes */
  const minutesUntilRotated = async (atMost: number): Promise<number> => {
    for (let minute = 0; minute <= atMost; minute++) {
      const results = await world.tick();
      if (results.some(({ ok }) => ok)) return minute;
      world.advanceMinutes(1);
    }
    return Number.POSITIVE_INFINITY;
  };
  const annotate = (annotations: Record<string, string>) => {
    secret().annotations = { ...secret().annotations, ...annotations };
  };

  describe('a forged ledger', () => {
    it('of the year 2099 does not stop the rotation', async () => {
      await rotate(2);
      annotate({
        'hopmint-minted-at': '2099-01-01T00:00:00Z',
        'hopmint-expires-at': '2099-01-01T01:00:00Z',
      });
      expect(await world.tick()).toMatchObject([
        { ok: true, value: { doubt: expect.stringContaining('in the future') } },
      ]);
      expect(world.ledger('export')?.current).toBe(3);
    });

    it('with a longer lifetime than the chain allows does not stop the rotation', async () => {
      await rotate(1);
      annotate({ 'hopmint-expires-at': '2026-11-23T12:00:00Z' });
      expect(await minutesUntilRotated(0)).toBe(0);
    });

    it('with version numbers that were never added destroys nothing', async () => {
      await rotate(3);
      annotate({ 'hopmint-current': '1000', 'hopmint-previous': '999', 'hopmint-first': '1' });
      expect(await world.tick()).toMatchObject([
        { ok: true, value: { doubt: expect.stringContaining('never added'), destroyed: [] } },
      ]);
      expect(statesOf().at(-1)).toBe('ENABLED');
      world.advanceMinutes(30);
      await rotate(2);
      expect(statesOf().slice(-2)).toEqual(['ENABLED', 'ENABLED']);
    });

    it('of a signed JWT keeps no account that no proof has found', async () => {
      await world.close();
      const credential = {
        kind: 'signed-jwt',
        claims: { aud: 'x' },
        allowTokenExchange: false,
      } as const;
      world = await openRotationWorld([
        chainOf('export', { ...credential, lifetimeSeconds: 3600 }),
      ]);
      await rotate(1);
      annotate({ 'hopmint-target-id': '100000000000000000099' });
      await rotate(1);
      expect(world.ledger('export')).toMatchObject({ current: 2 });
      expect(world.ledger('export')?.targetId).toBeUndefined();
    });

    it('of another chain starts a new ledger', async () => {
      await rotate(1);
      annotate({ 'hopmint-chain': 'other' });
      expect(await minutesUntilRotated(0)).toBe(0);
      expect(world.ledger('export')).toMatchObject({ chain: 'export', current: 2, first: 2 });
    });

    it('that claims a version of somebody else does not believe its times', async () => {
      await rotate(1);
      await world.cloud.secrets.addVersion(
        secret().name,
        { reveal: () => 'theirs' } as never,
        new AbortController().signal,
      );
      annotate({ 'hopmint-current': '2', 'hopmint-previous': '1' });
      expect(await world.tick()).toMatchObject([{ ok: true, value: { version: 3 } }]);
      expect(statesOf()).toEqual(['ENABLED', 'ENABLED', 'ENABLED']);
    });
  });

  it('a secret without our label is rotated, and gets the label', async () => {
    await rotate(1);
    secret().labels = { team: 'billing' };
    expect(await minutesUntilRotated(0)).toBe(0);
    expect(secret().labels).toEqual({ team: 'billing', 'managed-by': 'hopmint' });
  });

  it('a target that was created again is minted, and the ledger names the new account', async () => {
    await rotate(1);
    await fetch(`${world.local.url}/_local/seed`, {
      method: 'POST',
      body: JSON.stringify({
        accounts: [
          {
            email: TARGET,
            uniqueId: '100000000000000000099',
            policy: {
              bindings: [
                {
                  role: 'roles/iam.serviceAccountTokenCreator',
                  members: [
                    `serviceAccount:${RELAY}`,
                    'serviceAccount:minter@acme-ops.iam.gserviceaccount.com',
                  ],
                },
              ],
            },
          },
        ],
      }),
    });
    expect(await world.tick()).toMatchObject([{ ok: true, value: { recreated: true } }]);
    expect(world.ledger('export')?.targetId).toBe('100000000000000000099');
  });

  it('a version with an alias that is not ours is never destroyed', async () => {
    await rotate(1);
    secret().versionAliases.pinned = 1;
    await rotate(4);
    expect(statesOf()).toEqual(['ENABLED', 'DESTROYED', 'DESTROYED', 'ENABLED', 'ENABLED']);
  });

  it('a version that somebody has destroyed or disabled leaves two usable ones behind', async () => {
    await rotate(3);
    await world.disableNewest('export');
    expect(await world.tick()).toMatchObject([{ ok: true, value: { version: 4 } }]);
    expect(secret().versionAliases).toEqual({ current: 4, previous: 2 });
    world.advanceMinutes(30);
    await rotate(2);
    expect(statesOf().filter((state) => state !== 'DESTROYED')).toEqual(['ENABLED', 'ENABLED']);
  });
});

describe('Failures:', () => {
  let world: RotationWorld;
  afterEach(() => world.close());

  describe('a chain that fails', () => {
    it('is published with the missing permission, and does not delay another chain', async () => {
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

    // stellar-portfolio-rebalancer#1699: a credential came into use before anything checked it.
    it('is published once and stores nothing if its credential is disproved', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const other = chainOf('other', {
        ...CREDENTIALS['access-token'],
        scopes: ['openid'],
      } as Chain['credential']);
      const { credentials } = world.cloud;
      const mint: typeof credentials.mint = (_chain, now, signal) =>
        credentials.mint(other, now, signal);
      const cloud = { ...world.cloud, credentials: { ...credentials, mint } };
      const [request = ''] = await world.requests();
      expect(await world.deliver(request, { cloud })).toMatchObject({
        error: { reason: 'disproved' },
      });
      expect(world.versions('export')).toHaveLength(0);
      expect(await world.deliver(request)).toMatchObject({ error: { reason: 'failed-recently' } });
      expect(await world.failures()).toMatchObject([{ reason: 'disproved', disposition: 'fail' }]);
    });

    it('does not run under a chain file that names another caller', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const [request = ''] = await world.requests();
      const credentials = {
        ...world.cloud.credentials,
        isSelf: async () => ({ ok: true, value: false }) as const,
      };
      expect(
        await world.deliver(request, { cloud: { ...world.cloud, credentials } }),
      ).toMatchObject({
        error: { reason: 'caller-mismatch' },
      });
      expect(
        await world.cloud.credentials.isSelf({ email: MINTER }, new AbortController().signal),
      ).toEqual({ ok: true, value: true });
    });
  });
});

describe('Requests:', () => {
  let world: RotationWorld;
  afterEach(() => world.close());

  describe('a mint request', () => {
    // firebase/firebase-functions#62: a function did its work twice after Pub/Sub delivered a message twice.
    it('delivered five times in sequence adds one version', async () => {
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

    it('delivered five times at once commits one version, and readers get it', async () => {
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

    it('that is too old is dropped', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const [request = ''] = await world.requests();
      world.advanceMinutes(3.1);
      expect(await world.deliver(request)).toMatchObject({ error: { reason: 'request-expired' } });
      expect(world.versions('export')).toHaveLength(0);
    });

    // Otherwise an instance with a fast clock would drop every request, be idle at once, and so get most of the next requests.
    it('is obeyed if the clock of mint is two minutes ahead of the clock of fanout', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const [request = ''] = await world.requests();
      world.advanceMinutes(1);
      const ahead = () => new Date(+world.clock.now + 2 * 60_000);
      expect(await world.deliver(request, { now: ahead })).toMatchObject({ ok: true });
    });

    it('is not obeyed if its digest is not in the chain file', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const [request = ''] = await world.requests();
      const forged = JSON.parse(Buffer.from(request, 'base64').toString());
      forged.digest = 'f'.repeat(64);
      const data = Buffer.from(JSON.stringify(forged)).toString('base64');
      expect(await world.deliver(data)).toMatchObject({ error: { reason: 'chain-unknown' } });
    });

    it('stores nothing if the instance was frozen between mint and store', async () => {
      world = await openRotationWorld([chainOf('export', TOKEN)]);
      const [request = ''] = await world.requests();
      const credentials: typeof world.cloud.credentials = {
        ...world.cloud.credentials,
        introspect: async (...call) => {
          const info = await world.cloud.credentials.introspect(...call);
          world.advanceMinutes(0.6);
          return info;
        },
      };
      const frozen = await world.deliver(request, { cloud: { ...world.cloud, credentials } });
      expect(frozen).toMatchObject({ error: { reason: 'mint-stale' } });
      expect(world.versions('export')).toHaveLength(0);
    });
  });
});
