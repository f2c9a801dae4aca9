import { fanout } from '../../../functions/fanout/fanout.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { intentOf } from '../../../shared/domain/chain/intent.ts';
import { EMPTY_MEMORY } from '../../../shared/domain/rotation/tick/tick-memory.ts';
import { googleCloud } from '../../../shared/google/cloud.ts';
import { hostsOf } from '../../../shared/google/wire/http.ts';
import { versionOf } from '../../domain/chain/versions.ts';
import { CREDENTIALS } from '../../simulation/chains.ts';
import { advance, type Deployment, deploy, fileOf } from '../../simulation/deployment.ts';
import { chainOf, DEPOT, MINTER, RELAY, TOPICS } from '../rotation-world.ts';

describe('Schedule:', () => {
  const NOON = new Date('2026-11-22T12:00:00Z');
  const WRITES_PER_MINUTE = 60;
  /** The most rotations in one tick: each takes three writes. */
  const ROOM = 20;
  const MINT = 'projects.serviceAccounts.generateAccessToken';

  let world: Deployment;
  afterEach(() => world.close());

  const token = { ...CREDENTIALS['access-token'], lifetimeSeconds: 3600 } as Chain['credential'];
  const healthy = (name: string, part: Partial<Chain> = {}) =>
    chainOf(name, token, { delegates: [{ email: RELAY }], ...part });
  /** The minter may not impersonate this delegate. */
  const broken = (name: string) => healthy(name, { delegates: [{ email: DEPOT }] });
  const many = (count: number, of: (name: string) => Chain, prefix: string) =>
    Array.from({ length: count }, (_, i) => of(`${prefix}-${i}`));

  const secretOf = (name: string) =>
    world.local.state.secrets.get(`projects/acme-ops/secrets/${name}`);
  const versionsOf = (name: string) => secretOf(name)?.versions.map(({ state }) => state) ?? [];
  const isFresh = (name: string) => secretOf(name)?.annotations['hopmint-current'] !== undefined;
  const advanceMinutes = (minutes: number) => advance(world, minutes * 60);
  const requests = (method: string) =>
    world.local.state.requests.filter((request) => request.apiMethod === method);

  /** Ticks once a minute. @returns the number of mint calls for each tick */
  async function ticks(count: number): Promise<number[]> {
    const mints: number[] = [];
    for (let n = 0; n < count; n++) {
      const before = requests(MINT).length;
      await world.tick();
      mints.push(requests(MINT).length - before);
      advanceMinutes(1);
    }
    return mints;
  }

  describe('a chain that cannot be minted', () => {
    it('is tried at once, after 2, 5, 10 and 20 minutes, then every 30 minutes', async () => {
      world = await deploy([broken('export')], { now: NOON });
      const mints = await ticks(111);
      expect(mints.flatMap((count, minute) => (count > 0 ? [minute] : []))).toEqual([
        0, 2, 5, 10, 20, 50, 80, 110,
      ]);
    });

    // axeII/home-ops#3827: a refresh that retried without end used up an account’s quota in twenty minutes.
    it.each([
      { situation: 'it is denied', of: broken, fault: undefined },
      { situation: 'Google is busy', of: healthy, fault: { status: 503 } },
      { situation: 'every response is lost', of: healthy, fault: { loseAnswer: true } },
    ])('makes at most 60 calls an hour when $situation', async ({ of, fault }) => {
      world = await deploy([of('export')], { now: NOON });
      if (fault) world.local.state.faults = [{ path: 'generate', times: 1e6, ...fault }];
      for (
        const start = world.clock.now;
        +world.clock.now - +start < 3_600_000;
        advanceMinutes(1)
      ) {
        await world.tick();
      }
      const calls = world.local.state.requests.filter(({ identity }) => identity.endsWith(MINTER));
      expect(calls.length).toBeGreaterThan(10);
      expect(calls.length).toBeLessThanOrEqual(60);
    });

    it('does not delay healthy chains, even if most chains are broken', async () => {
      const failing = many(24, broken, 'broken');
      const working = many(8, healthy, 'healthy');
      world = await deploy([...failing, ...working], {
        now: NOON,
        file: { writesPerMinute: WRITES_PER_MINUTE },
      });
      const mints = await ticks(4);
      expect(working.filter(({ name }) => !isFresh(name))).toEqual([]);
      expect(Math.max(...mints)).toBeLessThanOrEqual(ROOM);
      // From now on there are only retries. They get a fifth of the room.
      const denied: number[] = [];
      for (let n = 0; n < 8; n++) {
        const before = requests(MINT).filter(({ status }) => status === 403).length;
        await ticks(1);
        denied.push(requests(MINT).filter(({ status }) => status === 403).length - before);
      }
      expect(Math.max(...denied)).toBe(ROOM / 5);
    });
  });

  // cert-manager/cert-manager#3396: a renewal that was due again before it was finished made 50,000 requests in a month.
  describe('a chain whose lifetime is too short for its schedule', () => {
    it('rotates at most every two minutes', async () => {
      const short = healthy('short', {
        credential: { ...token, lifetimeSeconds: 600 } as Chain['credential'],
      });
      world = await deploy([short], { now: NOON });
      const mints = await ticks(20);
      expect(mints.reduce((a, b) => a + b)).toBeLessThanOrEqual(10);
    });
  });

  describe('an outage', () => {
    // terrakube#3430: a timer did not make up for missed ticks. external-secrets/external-secrets#4925, #1769: a timer made up for all at once.
    it('is followed by ticks that each fill their room, with the earliest expiries first', async () => {
      const chains = many(30, healthy, 'chain');
      world = await deploy(chains, { now: NOON, file: { writesPerMinute: WRITES_PER_MINUTE } });
      await ticks(2);
      advanceMinutes(180);
      const expiry = (name: string) =>
        Date.parse(secretOf(name)?.annotations['hopmint-expires-at'] ?? '');
      const before = new Map(chains.map(({ name }) => [name, expiry(name)]));
      expect(await ticks(2)).toEqual([ROOM, 10]);
      const order = requests('projects.secrets.patch').slice(-30);
      const expiries = order.map(({ path }) => before.get(path.split('/').at(-1) ?? '') ?? 0);
      expect(expiries).toEqual([...expiries].sort((a, b) => a - b));
    });
  });

  describe('under the published quotas', () => {
    // external-secrets/external-secrets#1769, #4925, godaddy/kubernetes-external-secrets#468, #491 and #503: all secrets were refreshed at once, which used up the quota.
    it('a fleet is minted without a 429, as fast as the write quota allows', async () => {
      const [count, room] = [360, 180]; // 540 writes a minute are 180 rotations
      const chains = many(count, healthy, 'chain');
      world = await deploy(chains, { now: NOON });
      await world.asAda('PUT', '/_local/settings', { quotas: true });
      expect(await ticks(count / room)).toEqual(Array(count / room).fill(room));
      expect(chains.filter(({ name }) => !isFresh(name))).toEqual([]);
      expect(world.local.state.requests.filter(({ status }) => status === 429)).toEqual([]);
      const times = requests('projects.secrets.patch').map(({ time }) => Date.parse(time));
      const makespan = (Math.max(...times) - +NOON) / 60_000;
      expect(makespan).toBeLessThanOrEqual((1.05 * 3 * count) / 540);
    });

    // The room was counted for each tick, so ten ticks within a minute had ten times the quota.
    it('ten ticks within a minute cause no 429 either', async () => {
      const chains = many(240, healthy, 'chain'); // 720 writes
      world = await deploy(chains, { now: NOON });
      await world.asAda('PUT', '/_local/settings', { quotas: true });
      for (let n = 0; n < 10; n++) {
        await world.tick();
        advance(world, 6);
      }
      await ticks(3);
      expect(chains.filter(({ name }) => !isFresh(name))).toEqual([]);
      expect(world.local.state.requests.filter(({ status }) => status === 429)).toEqual([]);
    });
  });

  describe('a change of the chain file', () => {
    const read = (chains: readonly Chain[], part = {}) => {
      world.intent.now = intentOf(
        fileOf(chains, part),
        versionOf({ digest: 'another', generation: '2' }),
      );
    };

    it('rotates the chain whose definition it changes at once, and no other chain', async () => {
      world = await deploy([healthy('export'), healthy('other')], { now: NOON });
      await ticks(3);
      const scopes = ['https://www.googleapis.com/auth/pubsub'];
      read([
        healthy('export', { credential: { ...token, scopes } as Chain['credential'] }),
        healthy('other'),
      ]);
      await world.tick();
      expect([versionsOf('export'), versionsOf('other')]).toEqual([
        ['ENABLED', 'ENABLED'],
        ['ENABLED'],
      ]);
    });

    it('does not rotate the chain whose schedule it changes at once, and then uses the new schedule', async () => {
      world = await deploy([healthy('export', { rotateEverySeconds: 1800 })], { now: NOON });
      await ticks(3);
      const before = versionsOf('export').length;
      read([healthy('export', { rotateEverySeconds: 600 })]);
      const mints = await ticks(31);
      expect(versionsOf('export').length - before).toBeGreaterThanOrEqual(3);
      expect(mints.reduce((a, b) => a + b)).toBeLessThanOrEqual(4);
    });

    it('stops the chain that it removes, also a published mint request, and deletes nothing', async () => {
      world = await deploy([healthy('export'), healthy('other')], { now: NOON });
      await ticks(1);
      advanceMinutes(30);
      world.publishTick();
      const tick = world.take('tick');
      if (tick) await world.newFanout().run(tick);
      read([healthy('other')]);
      const before = structuredClone(secretOf('export'));
      for (let n = 0; n < 3; n++) {
        const request = world.take('mint');
        if (request) await world.newMint().run(request);
      }
      await ticks(40);
      expect(secretOf('export')).toEqual(before);
      expect(versionsOf('other').length).toBeGreaterThan(1);
    });

    const paused = { until: new Date(+NOON + 60 * 60_000), reason: 'INC-1234' };
    it.each([
      { what: 'a chain', part: { paused }, file: {} },
      { what: 'all chains', part: {}, file: { paused } },
    ])('that pauses $what stops ticks and mint requests until the pause ends', async (row) => {
      world = await deploy([healthy('export')], { now: NOON });
      world.publishTick();
      const tick = world.take('tick');
      if (tick) await world.newFanout().run(tick);
      const request = world.take('mint');
      read([healthy('export', row.part)], row.file);
      if (request) await world.newMint().run(request);
      expect(request && versionsOf('export')).toEqual([]);
      expect(await ticks(60)).toEqual(Array(60).fill(0));
      expect(await ticks(1)).toEqual([1]);
    });
  });
});

describe('Ticks:', () => {
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
      expect(await tickAfter(119)).toEqual([
        true,
        expect.stringContaining('"published":["export"]'),
      ]);
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
});
