import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { CREDENTIALS } from '../../simulation/chains.ts';
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
    expect(await world.deliver(request, { cloud: { ...world.cloud, credentials } })).toMatchObject({
      error: { reason: 'caller-mismatch' },
    });
    expect(
      await world.cloud.credentials.isSelf({ email: MINTER }, new AbortController().signal),
    ).toEqual({ ok: true, value: true });
  });
});
