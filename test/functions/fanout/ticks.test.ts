import { SPECS } from '../../simulation/chains.ts';
import { advance, type Deployment, deploy } from '../../simulation/deployment.ts';

import { chainOf } from '../rotation-world.ts';

const NOON = new Date('2026-11-22T12:00:00Z');

let world: Deployment;
beforeEach(async () => {
  world = await deploy([chainOf('export', SPECS['access-token'])], { now: NOON });
});
afterEach(() => world.close());

/** A beat that is delivered so much later. @returns whether it brought a request about, and what fanout said */
async function tickAfter(seconds: number, data?: object): Promise<[asked: boolean, said: string]> {
  world.beat(data);
  advance(world, seconds);
  const tick = world.take('tick');
  if (!tick) throw new Error('no tick');
  await world.fanout().run(tick);
  tick.acknowledge();
  return [world.take('mint') !== undefined, world.said[0] ?? ''];
}

describe('a tick', () => {
  it('is obeyed for as long as two ticks take', async () => {
    expect(await tickAfter(119)).toEqual([true, expect.stringContaining('"published":["export"]')]);
  });

  // What has backed up in an outage would else come as a storm.
  it('that is older is acknowledged, and nothing is listed for it', async () => {
    const before = world.local.state.requests.length;
    expect(await tickAfter(121)).toEqual([false, expect.stringContaining('request-expired')]);
    expect(world.local.state.requests).toHaveLength(before);
  });

  it('that a person forced is obeyed however old', async () => {
    const [asked] = await tickAfter(3600, { only: ['export'], force: true });
    expect(asked).toBe(true);
  });

  it('whose list fails says so and which project, and the next tries again', async () => {
    world.local.state.faults = [{ path: '/secrets[?]', status: 403, times: 1 }];
    expect(await tickAfter(1)).toEqual([
      false,
      expect.stringMatching(/"unlisted":\[\{"reason":"secret-denied".*"project":"acme-ops"\}\]/),
    ]);
    const [asked] = await tickAfter(1);
    expect(asked).toBe(true);
  });

  it('that names a chain that there is not is refused, and names nothing of it', async () => {
    const [asked, said] = await tickAfter(1, { only: ['<script>'] });
    expect([asked, said]).toEqual([false, expect.stringContaining('message-malformed')]);
    expect(said).not.toContain('script');
  });
});
