import { fanout } from '../../../functions/fanout/fanout.ts';
import { EMPTY_MEMORY } from '../../../shared/domain/rotation/tick/tick-memory.ts';
import { googleCloud } from '../../../shared/google/cloud.ts';
import { hostsOf } from '../../../shared/google/wire/http.ts';
import { CREDENTIALS } from '../../simulation/chains.ts';
import { advance, type Deployment, deploy } from '../../simulation/deployment.ts';
import { chainOf, TOPICS } from '../rotation-world.ts';

const NOON = new Date('2026-11-22T12:00:00Z');

let world: Deployment;
beforeEach(async () => {
  world = await deploy([chainOf('export', CREDENTIALS['access-token'])], { now: NOON });
});
afterEach(() => world.close());

/** Delivers a tick this many seconds after it was published. @returns whether fanout published a mint request, and its outcome as text */
async function tickAfter(
  seconds: number,
  data?: object,
): Promise<[isRequested: boolean, outcome: string]> {
  world.publishTick(data);
  advance(world, seconds);
  const tick = world.take('tick');
  if (!tick) throw new Error('no tick');
  await world.newFanout().run(tick);
  tick.acknowledge();
  return [world.take('mint') !== undefined, world.outcomes[0] ?? ''];
}

describe('a tick', () => {
  it('is handled until it is as old as two ticks', async () => {
    expect(await tickAfter(119)).toEqual([true, expect.stringContaining('"published":["export"]')]);
  });

  // After an outage, the ticks of the whole outage arrive at once.
  it('that is older is acknowledged, and lists no secrets', async () => {
    const before = world.local.state.requests.length;
    expect(await tickAfter(121)).toEqual([false, expect.stringContaining('request-expired')]);
    expect(world.local.state.requests).toHaveLength(before);
  });

  it('that a person has forced is handled at any age', async () => {
    const [isRequested] = await tickAfter(3600, { only: ['export'], force: true });
    expect(isRequested).toBe(true);
  });

  it('reports the project whose secrets it cannot list, and the next tick lists them again', async () => {
    world.local.state.faults = [{ path: '/secrets[?]', status: 403, times: 1 }];
    expect(await tickAfter(1)).toEqual([
      false,
      expect.stringMatching(/"unlisted":\[\{"reason":"secret-denied".*"project":"acme-ops"\}\]/),
    ]);
    const [isRequested] = await tickAfter(1);
    expect(isRequested).toBe(true);
  });

  it('that names an unknown chain is refused, and the outcome does not repeat the name', async () => {
    const [isRequested, outcome] = await tickAfter(1, { only: ['<script>'] });
    expect([isRequested, outcome]).toEqual([false, expect.stringContaining('message-malformed')]);
    expect(outcome).not.toContain('script');
  });

  it('that is malformed is refused without the chain file, which may be unreadable', async () => {
    const fanned = await fanout(
      'no base64 of JSON',
      { id: '1', publishedAt: world.clock.now },
      {
        cloud: googleCloud(hostsOf(world.local.url), () => world.clock.now),
        readIntent: () => Promise.reject(new Error('no chain file')),
        mintTopic: TOPICS[1] as string,
        memory: EMPTY_MEMORY,
        now: world.clock.now,
        wait: async () => undefined,
        signal: AbortSignal.timeout(1000),
      },
    );
    expect(fanned).toMatchObject({ ok: false, error: { reason: 'message-malformed' } });
  });
});
