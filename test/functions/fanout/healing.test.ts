import { heal } from '../../../functions/fanout/heal.ts';
import { intentOf } from '../../../shared/domain/chain/intent.ts';
import { EMPTY_MEMORY } from '../../../shared/domain/rotation/tick/tick-memory.ts';
import { versionOf } from '../../domain/chain/versions.ts';
import {
  chainOf,
  openRotationWorld,
  type RotationWorld,
  TOKEN,
  TOPICS,
} from '../rotation-world.ts';

let world: RotationWorld;
beforeEach(async () => {
  world = await openRotationWorld([chainOf('export', TOKEN), chainOf('reports', TOKEN)]);
  await world.tick();
  world.advanceMinutes(5);
});
afterEach(() => world.close());

const secret = () => {
  const found = world.local.state.secrets.get('projects/acme-ops/secrets/export');
  if (!found) throw new Error('no secret');
  return found;
};
const addForeign = () =>
  world.cloud.secrets.addVersion(
    secret().name,
    { reveal: () => 'theirs' } as never,
    AbortSignal.timeout(1000),
  );
const check = async (file = world.file, memory = EMPTY_MEMORY, names = ['export']) => {
  const checked = await heal(names, 'changed', {
    cloud: world.fanoutCloud,
    intent: intentOf(file, versionOf()),
    mintTopic: TOPICS[1] as string,
    memory,
    now: () => world.clock.now,
    signal: AbortSignal.timeout(10_000),
  });
  if (!checked.ok) throw new Error(JSON.stringify(checked.error));
  return checked.value;
};

describe('a change of a secret', () => {
  it.each([
    {
      change: 'the newest version disabled',
      make: () => world.disableNewest('export'),
      why: /disabled/,
    },
    {
      change: 'a version of somebody else',
      make: addForeign,
      why: /readers of latest get version 2, .* which Hopmint did not commit/,
    },
    {
      change: 'a plausible ledger with another time',
      make: async () => {
        secret().annotations['hopmint-minted-at'] = '2026-11-22T12:03:00Z';
      },
      why: /another time/,
    },
    {
      change: 'the label removed',
      make: async () => {
        secret().labels = {};
      },
      why: /no ledger/,
    },
    {
      change: 'the alias current removed',
      make: async () => {
        secret().versionAliases = {};
      },
      why: /alias current is gone/,
    },
  ])('that is $change leads to a fresh credential', async ({ make, why }) => {
    await make();
    expect(await check()).toMatchObject({
      healed: ['export'],
      broken: { export: expect.stringMatching(why) },
    });
    const [request = ''] = await world.pullRequests();
    expect(await world.deliver(request)).toMatchObject({ ok: true });
    expect((await check()).broken).toEqual({});
    const newest = world.versions('export').at(-1);
    expect(newest).toMatchObject({ state: 'ENABLED', number: world.ledger('export')?.current });
  });

  it('that changes nothing for readers leads to nothing', async () => {
    secret().annotations.team = 'billing';
    expect(await check()).toMatchObject({ healed: [], broken: {} });
    expect(await world.pullRequests()).toEqual([]);
  });

  it('is found by a later tick when a list showed an older state at the event', async () => {
    const { state } = world.local;
    state.settings.staleReadSeconds = 60;
    await world.disableNewest('export');
    state.random = () => 0.9;
    await world.check(['export']);
    expect(await world.pullRequests()).toEqual([]);
    world.advanceMinutes(1);
    expect(await world.tick()).toMatchObject([{ ok: true }]);
    expect(world.versions('export').at(-1)?.state).toBe('ENABLED');
  });

  it('does not heal a chain again while the list of its versions lags behind its rotation', async () => {
    world.advanceMinutes(30);
    await world.tick();
    world.advanceMinutes(0.1);
    const { state } = world.local;
    const { versions } = secret();
    state.settings.staleReadSeconds = 60;
    state.previousSecrets.set(secret().name, [
      {
        until: world.clock.now.getTime() - 1,
        secret: { ...secret(), versions: versions.slice(0, -1) },
      },
    ]);
    state.random = () => 0.5;
    expect(await check()).toMatchObject({ healed: [], broken: {} });
  });

  it.each([
    { first: 'a check', ask: [() => world.check(['export']), () => world.publishTick()] },
    { first: 'a tick', ask: [() => world.publishTick(), () => world.check(['export'])] },
  ])(
    'leads to one request when $first finds it first, and another one follows',
    async ({ ask }) => {
      secret().annotations['hopmint-minted-at'] = '2099-01-01T00:00:00Z';
      for (const one of ask) {
        await one();
        world.advanceMinutes(0.1);
      }
      expect(await world.pullRequests()).toHaveLength(1);
      world.advanceMinutes(2);
      await world.publishTick();
      expect(await world.pullRequests()).toHaveLength(1);
    },
  );

  it('is checked again by the next tick when its secret could not be read, and delays no other chain', async () => {
    for (const chain of ['export', 'reports']) await world.disableNewest(chain);
    const path = 'secrets/export/versions';
    world.local.state.faults = [{ path, method: 'GET', status: 403, times: 1 }];
    const { healed, unread, memory } = await check(world.file, EMPTY_MEMORY, ['export', 'reports']);
    expect(healed).toEqual(['reports']);
    expect(unread).toMatchObject([{ chain: 'export', reason: 'secret-denied' }]);
    expect((await check(world.file, memory, [])).healed).toEqual(['export']);
  });

  it('does not heal a paused chain', async () => {
    await world.disableNewest('export');
    const paused = { until: new Date('2026-11-23T00:00:00Z'), reason: 'INC-1' };
    expect(await check({ ...world.file, paused })).toMatchObject({ healed: [] });
  });

  it('is in the ledger with the two before, also if somebody wipes the ledger each time', async () => {
    let memory = EMPTY_MEMORY;
    const times: string[] = [];
    for (let n = 0; n < 4; n++) {
      secret().annotations = {};
      ({ memory } = await check(world.file, memory));
      times.push(world.clock.now.toISOString());
      for (const request of await world.pullRequests()) await world.deliver(request);
      world.advanceMinutes(15);
    }
    const healedAt = world.ledger('export')?.healedAt?.map((at) => at.toISOString());
    expect(healedAt).toEqual(times.slice(1));
    world.advanceMinutes(31);
    await world.tick();
    expect(world.ledger('export')?.healedAt).toHaveLength(1);
  });

  it('leaves two versions within an hour after ten heals', async () => {
    let memory = EMPTY_MEMORY;
    for (let n = 0; n < 10; n++) {
      await world.disableNewest('export');
      ({ memory } = await check(world.file, memory));
      for (const request of await world.pullRequests()) await world.deliver(request);
      world.advanceMinutes(11);
    }
    for (let minute = 0; minute < 60; minute++) {
      await world.tick();
      world.advanceMinutes(1);
    }
    const alive = world.versions('export').filter(({ state }) => state !== 'DESTROYED');
    expect(alive.map(({ state }) => state)).toEqual(['ENABLED', 'ENABLED']);
  });
});
