import {
  type ApplyWorld,
  CHAINS,
  MINTER,
  NOW,
  openApplyWorld,
  ops,
  RELAY,
  stateOf,
} from './world.ts';

const DAY_MS = 86_400_000;

const worlds: ApplyWorld[] = [];
const openOne = async () => {
  const world = await openApplyWorld();
  worlds.push(world);
  return world;
};
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

describe('grants that expire', () => {
  const chains = `grants: narrow\ngrantFor: 90d\n${CHAINS}`;

  it('are enough until their last third; then plan adds new ones', async () => {
    const world = await openOne();
    expect((await world.apply({}, { chains })).exit).toBe(0);
    expect(world.policy(RELAY).bindings).toContainEqual({
      role: 'projects/acme-ops/roles/hopmintDelegate',
      members: [`serviceAccount:${ops('minter')}`],
      condition: {
        title: 'hopmint until 2027-02-21',
        expression: 'request.time < timestamp("2027-02-21T00:00:00Z")',
      },
    });
    expect(stateOf(world).roles.map(({ name }) => name)).toEqual(
      [
        'projects/acme-data/roles/hopmintAccessToken',
        'projects/acme-data/roles/hopmintMinter',
        'projects/acme-data/roles/hopmintSignJwt',
        'projects/acme-ops/roles/hopmintDelegate',
        'projects/acme-ops/roles/hopmintMinter',
        'projects/acme-ops/roles/hopmintSignBlob',
      ].sort(),
    );
    const on = (day: number) => ({ chains, now: new Date(NOW.getTime() + day * DAY_MS) });
    expect((await world.plan({}, on(59))).exit).toBe(0);
    const late = await world.plan({}, on(61));
    expect(late.exit).toBe(1);
    expect(late.out).toMatch(/To add: 5 grants\./);
    expect((await world.apply({}, on(61))).exit).toBe(0);
    expect((await world.plan({}, on(61))).exit).toBe(0);
  });
});

describe('after the writes', () => {
  it('chains are minted until their grants take effect, and not for longer', async () => {
    const world = await openOne();
    world.local.state.settings.propagationSeconds = 90;
    const { exit, out } = await world.apply();
    expect(out).toMatch(/Minted 4: export, jwt, probe, stamp\./);
    expect(exit).toBe(0);
    const seconds = (world.local.state.now().getTime() - NOW.getTime()) / 1000;
    expect(seconds).toBeGreaterThan(90);
    expect(seconds).toBeLessThan(150);
  });

  it('chains whose grants have no effect when the wait is over are named, and apply exits 1', async () => {
    const world = await openOne();
    world.local.state.settings.propagationSeconds = 90;
    const { exit, out } = await world.apply({ wait: '20s' });
    expect(exit).toBe(1);
    expect(out).toMatch(/Still spreading: export, jwt, probe, stamp\. IAM takes minutes/);
  });

  it('an operator who may not impersonate the caller learns which role is missing', async () => {
    const world = await openOne();
    world.local.state.policies.delete(MINTER);
    const { exit, out } = await world.apply();
    expect(exit).toBe(0);
    expect(out).toMatch(
      /Added 15\.\nNot tried: you may not impersonate minter@.*\. With roles\/iam\.serviceAccountTokenCreator on it/,
    );
  });

  it('a paused chain is not minted', async () => {
    const world = await openOne();
    const chains = CHAINS.replace(
      'name: probe',
      'name: probe\n    paused: { until: 2026-12-01, reason: INC-1 }',
    );
    const { out } = await world.apply({}, { chains });
    expect(out).toMatch(/Minted 3: export, jwt, stamp\./);
  });
});
