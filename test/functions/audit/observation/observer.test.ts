import type { Auditor } from '../../../../functions/audit/auditor.ts';
import { status } from '../../../../shared/operations/status.ts';
import { versionOf } from '../../../domain/chain/versions.ts';
import { chainOf, type RotationWorld, TOKEN } from '../../rotation-world.ts';
import { linesOf, type ObservedWorld, openObservedWorld } from './observed-world.ts';

let observed: ObservedWorld;
let world: RotationWorld;
let audit: Auditor;
beforeEach(async () => {
  observed = await openObservedWorld([chainOf('export', TOKEN), chainOf('other', TOKEN)]);
  world = observed.world;
  audit = observed.newAuditor();
});
afterEach(() => world.close());

/** What `/status` answers. */
const statusNow = async () => {
  const { known, evidence } = audit;
  const { file, clock } = world;
  const { secrets } = observed.cloud;
  const signal = AbortSignal.timeout(20_000);
  const report = await known();
  return status(file, versionOf(), secrets, report, () => clock.now, signal, evidence(file));
};
/** The secrets whose versions were read since the last call. */
const observations = () =>
  world.local.state.requests
    .splice(0)
    .filter(({ identity }) => identity.includes('hopmint-audit'))
    .flatMap(({ apiMethod, path }) =>
      apiMethod === 'projects.secrets.versions.list' ? [path.split('/')[5]] : [],
    )
    .sort();
const until = async (isTrue: () => Promise<boolean>) => {
  for (let n = 0; n < 100; n++) if (await isTrue()) return;
  throw new Error('it did not happen');
};

describe('a round of observations', () => {
  it('makes the first report, so that the status is healthy a minute after the installation', async () => {
    expect(await statusNow()).toMatchObject({ healthy: false });
    await audit.observe();
    expect(await statusNow()).toMatchObject({ healthy: true });
  });

  it('reads each secret again after twelve minutes, and a rotated one after a minute', async () => {
    await audit.observe();
    observations();
    world.advanceMinutes(11);
    await audit.observe();
    expect(observations()).toEqual([]);
    await world.tick({ only: ['export'], force: true });
    observations();
    await audit.observe();
    expect(observations()).toEqual(['export']);
    world.advanceMinutes(1);
    await audit.observe();
    expect(observations()).toEqual(['other']);
    const { chains } = await statusNow();
    expect(chains.map(({ state, observedAt }) => [state, observedAt])).toEqual([
      ['fresh', '2026-11-22T12:46:00.000Z'],
      ['fresh', '2026-11-22T12:47:00.000Z'],
    ]);
  });

  it('finds a change that no event has reported, within fifteen minutes, and reports it', async () => {
    await audit.observe();
    observed.change({ state: 'DISABLED' });
    let minutes = 0;
    while (!observed.logged.includes('opened credential-unusable') && minutes < 60) {
      world.advanceMinutes(1);
      minutes++;
      await audit.observe();
    }
    expect(minutes).toBeLessThanOrEqual(15);
    expect((await statusNow()).chains).toMatchObject([{ state: 'unusable' }, {}]);
    expect(observed.logged).toContain('healing export');
    const report = await audit.known();
    expect(linesOf(report as never)).toEqual([
      expect.stringMatching(/^high credential-unusable: export: readers of latest and current/),
    ]);
  });

  it('goes on with the observations of the last report in a new instance', async () => {
    await audit.renew();
    observations();
    const next = observed.newAuditor();
    world.advanceMinutes(5);
    await next.observe();
    expect(observations()).toEqual([]);
  });
});

describe('an event about a secret', () => {
  it('makes the status unhealthy at once, and the event of the rotation that heals it makes it healthy again', async () => {
    const batch = Promise.withResolvers<void>();
    audit = observed.newAuditor(() => batch.promise);
    await audit.renew();
    expect(await statusNow()).toMatchObject({ healthy: true });
    await world.disableNewest('export');
    const change = audit.changed(['secrets/export']);
    await until(async () => !(await statusNow()).healthy);
    await world.check(['export']);
    for (const request of await world.pullRequests()) await world.deliver(request);
    expect(await statusNow()).toMatchObject({
      healthy: false,
      chains: [{ state: 'unknown' }, { state: 'fresh' }],
    });
    await audit.rotated(['secrets/export']);
    expect(await statusNow()).toMatchObject({
      healthy: true,
      chains: [{ state: 'fresh', version: 3 }, { state: 'fresh' }],
    });
    expect(linesOf((await audit.known()) as never)).toEqual([]);
    batch.resolve();
    await change;
  });

  it('makes the status unhealthy for a version that somebody has just added, and no audit after it says otherwise', async () => {
    await audit.renew();
    observed.secret().versions.push({
      number: 3,
      createTime: world.clock.now.toISOString(),
      state: 'ENABLED',
      etag: '"1"',
      clientSpecifiedPayloadChecksum: true,
    });
    await audit.changed(['secrets/export']);
    expect((await statusNow()).chains).toMatchObject([{ state: 'unusable' }, { state: 'fresh' }]);
    await audit.renew();
    expect((await statusNow()).chains).toMatchObject([{ state: 'unusable' }, { state: 'fresh' }]);
  });

  it('costs no read if a rotation changed a secret that was sound', async () => {
    await audit.renew();
    observations();
    await audit.rotated(['secrets/export']);
    expect(observations()).toEqual([]);
  });

  it('is checked again for two minutes, because a list may show an older state', async () => {
    await audit.renew();
    await audit.changed(['secrets/export']);
    observed.change({ state: 'DISABLED' });
    world.advanceMinutes(1);
    await audit.observe();
    expect(await statusNow()).toMatchObject({
      healthy: false,
      chains: [{ state: 'unusable' }, { state: 'fresh' }],
    });
  });
});
