import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The gRPC library reads this variable when it is loaded, and the file at the first call. */
const folder = await mkdtemp(join(tmpdir(), 'hopmint-grpc-'));
process.env.GRPC_DEFAULT_SSL_ROOTS_FILE_PATH = join(folder, 'roots.pem');
afterAll(() => rm(folder, { recursive: true, force: true }));

it('rotates each kind of credential over gRPC in place of REST', async () => {
  const { chainOf, openRotationWorld, SPECS } = await import('../../functions/rotation-world.ts');
  const { WIRE } = await import('../../../shared/google/wire/wire.ts');
  const chains = Object.values(SPECS).map((spec) => chainOf(spec.kind, spec));
  let port = 0;
  const world = await openRotationWorld(chains, {
    ...WIRE,
    transport: {
      options: () => ({ apiEndpoint: 'localhost', port }),
      clientTimeoutMs: 60_000,
    },
  });
  try {
    const grpc = await world.local.state.startGrpc?.();
    port = grpc?.port ?? 0;
    await writeFile(join(folder, 'roots.pem'), grpc?.roots ?? '');
    for (const round of [1, 2, 3]) {
      const results = await world.tick({ force: true });
      expect(results.filter((result) => !result.ok)).toEqual([]);
      expect(results).toHaveLength(chains.length);
      for (const { name } of chains) expect(world.ledger(name)?.current).toBe(round);
      world.advanceMinutes(30);
    }
    expect(world.versions('access-token').map(({ state }) => state)).toEqual([
      'DESTROYED',
      'ENABLED',
      'ENABLED',
    ]);
  } finally {
    await world.close();
  }
});
