import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { intentOf } from '../../../shared/domain/chain/intent.ts';
import { versionOf } from '../../domain/chain/versions.ts';
import { SPECS } from '../../simulation/chains.ts';
import { advance, type Deployment, deploy, fileOf } from '../../simulation/deployment.ts';
import { chainOf, DEPOT, MINTER, RELAY } from '../rotation-world.ts';

const NOON = new Date('2026-11-22T12:00:00Z');
const WRITES = 60;
const ROOM = 20; // three writes for each rotation
const MINTED = 'projects.serviceAccounts.generateAccessToken';

let world: Deployment;
afterEach(() => world.close());

const token = { ...SPECS['access-token'], lifetimeSeconds: 3600 } as Chain['credential'];
const well = (name: string, part: Partial<Chain> = {}) =>
  chainOf(name, token, { delegates: [{ email: RELAY }], ...part });
/** The minter may not go by this delegate. */
const broken = (name: string) => well(name, { delegates: [{ email: DEPOT }] });
const many = (count: number, of: (name: string) => Chain, prefix: string) =>
  Array.from({ length: count }, (_, i) => of(`${prefix}-${i}`));

const secretOf = (name: string) =>
  world.local.state.secrets.get(`projects/acme-ops/secrets/${name}`);
const versionsOf = (name: string) => secretOf(name)?.versions.map(({ state }) => state) ?? [];
const isFresh = (name: string) => secretOf(name)?.annotations['hopmint-current'] !== undefined;
const minutes = (n: number) => advance(world, n * 60);
const requests = (action: string) =>
  world.local.state.requests.filter((request) => request.apiMethod === action);

/** Ticks, one a minute. @returns how many credentials each asked for */
async function ticks(count: number): Promise<number[]> {
  const asked: number[] = [];
  for (let n = 0; n < count; n++) {
    const before = requests(MINTED).length;
    await world.tick();
    asked.push(requests(MINTED).length - before);
    minutes(1);
  }
  return asked;
}

describe('a chain that cannot be minted', () => {
  it('is tried at once, 2, 5, 10 and 20 minutes later, then every 30', async () => {
    world = await deploy([broken('export')], { now: NOON });
    const asked = await ticks(111);
    expect(asked.flatMap((times, minute) => (times > 0 ? [minute] : []))).toEqual([
      0, 2, 5, 10, 20, 50, 80, 110,
    ]);
  });

  // axeII/home-ops#3827: a refresh that retried without end burnt an account’s quota in twenty minutes.
  it.each([
    ['is denied', broken, undefined],
    ['finds Google busy', well, 503],
    ['loses every answer', well, 'lost'],
  ])('makes at most 60 calls an hour when it %s', async (_title, of, fault) => {
    world = await deploy([of('export')], { now: NOON });
    if (fault === 503) world.local.state.faults = [{ path: 'generate', status: 503, times: 1e6 }];
    if (fault === 'lost') {
      world.local.state.faults = [{ path: 'generate', loseAnswer: true, times: 1e6 }];
    }
    for (const start = world.clock.now; +world.clock.now - +start < 3_600_000; minutes(1)) {
      await world.tick();
    }
    const calls = world.local.state.requests.filter(({ identity }) => identity.endsWith(MINTER));
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.length).toBeLessThanOrEqual(60);
  });

  // cert-manager/cert-manager#3396: a renewal that was due before it was over made 50,000 requests in a month.
  it('that is shorter-lived than its schedule needs rotates every two minutes at most', async () => {
    const hasty = well('hasty', {
      credential: { ...token, lifetimeSeconds: 600 } as Chain['credential'],
    });
    world = await deploy([hasty], { now: NOON });
    const asked = await ticks(20);
    expect(asked.reduce((a, b) => a + b)).toBeLessThanOrEqual(10);
  });

  it('starves nobody, though a broken relay holds up most', async () => {
    const failing = many(24, broken, 'broken');
    const healthy = many(8, well, 'well');
    world = await deploy([...failing, ...healthy], {
      now: NOON,
      file: { writesPerMinute: WRITES },
    });
    const asked = await ticks(4);
    expect(healthy.filter(({ name }) => !isFresh(name))).toEqual([]);
    expect(Math.max(...asked)).toBeLessThanOrEqual(ROOM);
    // From then on only retries are left: a fifth of the room.
    const denied: number[] = [];
    for (let n = 0; n < 8; n++) {
      const before = requests(MINTED).filter(({ status }) => status === 403).length;
      await ticks(1);
      denied.push(requests(MINTED).filter(({ status }) => status === 403).length - before);
    }
    expect(Math.max(...denied)).toBe(ROOM / 5);
  });
});

describe('an outage', () => {
  // terrakube#3430: a timer that had missed beats did not make up for them. external-secrets/external-secrets#4925, #1769: one that did asked for all at once.
  it('is followed by no storm: the room of a tick, the soonest to expire first', async () => {
    const chains = many(30, well, 'chain');
    world = await deploy(chains, { now: NOON, file: { writesPerMinute: WRITES } });
    await ticks(2);
    minutes(180);
    const expiry = (name: string) =>
      Date.parse(secretOf(name)?.annotations['hopmint-expires-at'] ?? '');
    const before = new Map(chains.map(({ name }) => [name, expiry(name)]));
    expect(await ticks(2)).toEqual([ROOM, 10]);
    const order = requests('projects.secrets.patch').slice(-30);
    const ends = order.map(({ path }) => before.get(path.split('/').at(-1) ?? '') ?? 0);
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
  });
});

describe('under the published quotas', () => {
  // external-secrets/external-secrets#1769, #4925, godaddy/kubernetes-external-secrets#468, #491 and #503: every secret was refreshed at once, and the quota was gone.
  it('a fleet is minted without one 429, as fast as its writes allow', async () => {
    const [count, room] = [540, 180]; // of 540 writes a minute
    const chains = many(count, well, 'chain');
    world = await deploy(chains, { now: NOON });
    await world.ada('PUT', '/_local/settings', { quotas: true });
    expect(await ticks(count / room)).toEqual(Array(count / room).fill(room));
    expect(chains.filter(({ name }) => !isFresh(name))).toEqual([]);
    expect(world.local.state.requests.filter(({ status }) => status === 429)).toEqual([]);
    const times = requests('projects.secrets.patch').map(({ time }) => Date.parse(time));
    const makespan = (Math.max(...times) - +NOON) / 60_000;
    expect(makespan).toBeLessThanOrEqual((1.05 * 3 * count) / 540);
  });
});

describe('a change of the chain file', () => {
  const read = (chains: readonly Chain[], part = {}) => {
    world.intent.now = intentOf(
      fileOf(chains, part),
      versionOf({ digest: 'another', generation: '2' }),
    );
  };

  it('rotates a chain at once whose definition it changed, and only that', async () => {
    world = await deploy([well('export'), well('other')], { now: NOON });
    await ticks(3);
    const scopes = ['https://www.googleapis.com/auth/pubsub'];
    read([
      well('export', { credential: { ...token, scopes } as Chain['credential'] }),
      well('other'),
    ]);
    await world.tick();
    expect([versionsOf('export'), versionsOf('other')]).toEqual([
      ['ENABLED', 'ENABLED'],
      ['ENABLED'],
    ]);
  });

  it('does not rotate a chain whose schedule it changed, and goes by the new one', async () => {
    world = await deploy([well('export', { rotateEverySeconds: 1800 })], { now: NOON });
    await ticks(3);
    const before = versionsOf('export').length;
    read([well('export', { rotateEverySeconds: 600 })]);
    const asked = await ticks(31);
    expect(versionsOf('export').length - before).toBeGreaterThanOrEqual(3);
    expect(asked.reduce((a, b) => a + b)).toBeLessThanOrEqual(4);
  });

  it('stops a chain that it removed, also a request on its way, and deletes nothing', async () => {
    world = await deploy([well('export'), well('other')], { now: NOON });
    await ticks(1);
    minutes(30);
    world.beat();
    const tick = world.take('tick');
    if (tick) await world.fanout().run(tick);
    read([well('other')]);
    const before = structuredClone(secretOf('export'));
    for (let n = 0; n < 3; n++) {
      const request = world.take('mint');
      if (request) await world.mint().run(request);
    }
    await ticks(40);
    expect(secretOf('export')).toEqual(before);
    expect(versionsOf('other').length).toBeGreaterThan(1);
  });

  it.each([
    ['a chain', (pause: Chain['paused']) => [{ ...(pause && { paused: pause }) }, {}]],
    ['all', (pause: Chain['paused']) => [{}, { ...(pause && { paused: pause }) }]],
  ])('that pauses %s holds back ticks and requests until it ends', async (_title, of) => {
    const [part = {}, file = {}] = of({ until: new Date(+NOON + 60 * 60_000), reason: 'INC-1234' });
    world = await deploy([well('export')], { now: NOON });
    world.beat();
    const tick = world.take('tick');
    if (tick) await world.fanout().run(tick);
    const request = world.take('mint');
    read([well('export', part)], file);
    if (request) await world.mint().run(request);
    expect(request && versionsOf('export')).toEqual([]);
    expect(await ticks(60)).toEqual(Array(60).fill(0));
    expect(await ticks(1)).toEqual([1]);
  });
});
