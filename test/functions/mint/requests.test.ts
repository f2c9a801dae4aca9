import { chainOf, openRotationWorld, type RotationWorld, TOKEN } from '../rotation-world.ts';

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
