import {
  chainOf,
  DEPOT,
  MINTER,
  openRotationWorld,
  type RotationWorld,
  TOKEN,
} from '../rotation-world.ts';

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
    await world.tick();
    const secret = world.local.state.secrets.get('projects/acme-ops/secrets/export');
    if (secret) secret.annotations['hopmint-target-id'] = '999999999999999999999';
    world.advanceMinutes(30);
    expect(await world.tick()).toMatchObject([{ error: { reason: 'disproved' } }]);
    expect(world.versions('export')).toHaveLength(1);
    world.advanceMinutes(2);
    expect(await world.tick()).toMatchObject([{ error: { reason: 'failed-recently' } }]);
    expect(await world.failures()).toMatchObject([{ reason: 'disproved', disposition: 'fail' }]);
  });

  it('does not write to a secret without our label or with the ledger of another chain', async () => {
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

  it('does not run under a chain file that names another caller', async () => {
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
