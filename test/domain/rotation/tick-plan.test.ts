import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import type { Ledger } from '../../../shared/domain/rotation/ledger.ts';
import { lastGridInstant } from '../../../shared/domain/rotation/schedule.ts';
import {
  concerns,
  type Memory,
  noMemory,
  planTick,
  type Situation,
} from '../../../shared/domain/rotation/tick-plan.ts';

const noon = new Date('2026-11-22T12:00:00Z');
const minutes = (n: number) => new Date(noon.getTime() + n * 60_000);

const chainOf = (name: string, project = 'acme-ops'): Chain => ({
  name,
  delegates: [],
  target: { email: `${name}@acme-data.iam.gserviceaccount.com` },
  credential: { kind: 'access-token', scopes: ['openid'], lifetimeSeconds: 3600 },
  secret: `projects/${project}/secrets/${name}`,
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
});

const ledgerOf = (chain: Chain, mintedAt: Date): Ledger => ({
  chain: chain.name,
  kind: 'access-token',
  digest: 'd',
  mintedAt,
  expiresAt: new Date(mintedAt.getTime() + 3_600_000),
  current: 3,
  previous: 2,
  destroyedThrough: 1,
  unproven: false,
});

/** Minted `ago` minutes before the last instant of its grid: due, the sooner to expire the longer ago. */
const dueSince = (name: string, ago: number, project?: string): Situation => {
  const chain = chainOf(name, project);
  const mintedAt = new Date(lastGridInstant(chain, noon).getTime() - ago * 60_000);
  return { chain, digest: 'd', ledger: ledgerOf(chain, mintedAt) };
};
const fresh = (name: string): Situation => {
  const chain = chainOf(name);
  return { chain, digest: 'd', ledger: ledgerOf(chain, minutes(-1)) };
};
const never = (name: string): Situation => ({
  chain: chainOf(name),
  digest: 'd',
  ledger: undefined,
});

const fileOf = (situations: readonly Situation[], part: Partial<ChainFile> = {}): ChainFile => ({
  caller: { email: 'minter@acme-ops.iam.gserviceaccount.com' },
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains: situations.map(({ chain }) => chain),
  exceptions: [],
  ...part,
});

const TICK = { force: false };
const namesOf = (planned: readonly Situation[]) => planned.map(({ chain }) => chain.name);
/** The plan of all, which is that of those whom the tick concerns. */
const run = (
  situations: readonly Situation[],
  {
    tick = TICK,
    memory = noMemory,
    now = noon,
    part = {},
  }: {
    tick?: { only?: string[]; force: boolean };
    memory?: Memory;
    now?: Date;
    part?: Partial<ChainFile>;
  } = {},
) => {
  const file = fileOf(situations, part);
  const plan = planTick(file, situations, tick, memory, now);
  const concerned = situations.filter(concerns(file, tick, memory, now));
  expect(planTick(file, concerned, tick, memory, now)).toEqual(plan);
  return plan;
};

describe('a tick', () => {
  it('publishes what is due and nothing else', () => {
    expect(namesOf(run([dueSince('old', 5), fresh('new'), never('first')]).publish)).toEqual([
      'first',
      'old',
    ]);
  });

  it('publishes only what it names, due', () => {
    const situations = [dueSince('old', 5), dueSince('older', 6), fresh('new')];
    expect(
      namesOf(run(situations, { tick: { only: ['old', 'new'], force: false } }).publish),
    ).toEqual(['old']);
  });

  it('publishes what it names by force, due or not, and says so', () => {
    const { publish } = run([fresh('new')], { tick: { only: ['new'], force: true } });
    expect(publish).toMatchObject([{ chain: { name: 'new' }, forced: true }]);
  });

  it('leaves alone what is paused, also by force', () => {
    const paused = never('off');
    const pause = { until: minutes(10), reason: 'INC-1' };
    const off = { ...paused, chain: { ...paused.chain, paused: pause } };
    expect(run([off], { tick: { force: true } })).toMatchObject({ publish: [], paused: ['off'] });
    expect(run([never('all')], { part: { paused: pause } })).toMatchObject({
      publish: [],
      paused: ['all'],
    });
    expect(namesOf(run([off], { now: minutes(10) }).publish)).toEqual(['off']);
  });
});

describe('whom a tick concerns', () => {
  const situations = [dueSince('old', 5), fresh('new'), never('first'), fresh('tried')];
  const memory: Memory = {
    ...noMemory,
    attempts: new Map([
      ['tried', { of: 'd 3', replaces: 3, firstAt: noon, lastAt: noon, count: 1 }],
    ]),
  };
  const concerned = (tick: { only?: string[]; force: boolean }) =>
    namesOf(situations.filter(concerns(fileOf(situations), tick, memory, noon)));

  it('is what is due and what it has in mind', () => {
    expect(concerned(TICK)).toEqual(['old', 'first', 'tried']);
  });

  it('is everybody by force', () => {
    expect(concerned({ force: true })).toEqual(['old', 'new', 'first', 'tried']);
  });
});

describe('the room of a tick', () => {
  // 18 writes a minute are six rotations, of which one may be a retry.
  const part = { writesPerMinute: 18 };

  it('goes to the soonest to expire, and tells what waits', () => {
    const situations = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, i) =>
      dueSince(name, (i + 1) * 3),
    );
    const plan = run(situations, { part });
    const expiries = situations.map(({ ledger }) => Number(ledger?.expiresAt)).toSorted();
    expect(plan.publish.map(({ ledger }) => Number(ledger?.expiresAt))).toEqual(
      expiries.slice(0, 6),
    );
    expect(plan.waiting).toHaveLength(2);
  });

  it("is each project's own", () => {
    const ops = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => dueSince(name, 5));
    const data = dueSince('z', 1, 'acme-data');
    expect(namesOf(run([...ops, data], { part }).publish)).toContain('z');
  });

  it('has a fifth for retries, so that a broken relay starves nobody', () => {
    const broken = ['a', 'b', 'c', 'd'].map((name) => never(name));
    const { memory } = run(broken, { part });
    const later = run([...broken, dueSince('x', 1), dueSince('y', 1)], {
      part,
      memory,
      now: minutes(2),
    });
    expect(namesOf(later.publish).filter((name) => 'abcd'.includes(name))).toHaveLength(1);
    expect(namesOf(later.publish)).toEqual(expect.arrayContaining(['x', 'y']));
  });

  it('warns when waiting for the next tick makes a credential late', () => {
    const tight = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => never(name));
    expect(run(tight, { part }).late).toHaveLength(1);
    expect(
      run(
        ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => dueSince(name, 1)),
        { part },
      ).late,
    ).toEqual([]);
  });

  it('keeps in mind what was forced and found none', () => {
    const situations = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => fresh(name));
    const first = run(situations, { part, tick: { force: true } });
    const second = run(situations, { part, memory: first.memory, now: minutes(0.5) });
    expect(namesOf(second.publish)).toEqual(first.waiting);
    expect(run(situations, { part, memory: second.memory, now: minutes(0.6) }).publish).toEqual([]);
  });
});

describe('a chain that stays due', () => {
  it('is published again 2, 5, 10 and 20 minutes later, then every 30', () => {
    const broken = [never('broken')];
    const at: number[] = [];
    let memory = noMemory;
    for (let minute = 0; minute <= 120; minute++) {
      const plan = run(broken, { memory, now: minutes(minute) });
      if (plan.publish.length > 0) at.push(minute);
      memory = plan.memory;
    }
    expect(at).toEqual([0, 2, 5, 10, 20, 50, 80, 110]);
  });

  it('begins anew when its definition has changed', () => {
    const { memory } = run([never('broken')]);
    const changed = { ...never('broken'), digest: 'e' };
    expect(namesOf(run([changed], { memory, now: minutes(1) }).publish)).toEqual(['broken']);
  });

  it('is forgotten once it is due no longer', () => {
    const { memory } = run([never('mended')]);
    expect(memory.attempts.size).toBe(1);
    expect(run([fresh('mended')], { memory, now: minutes(1) }).memory.attempts.size).toBe(0);
  });

  it('is published at once by force', () => {
    const { memory } = run([never('broken')]);
    const forced = run([never('broken')], { memory, now: minutes(1), tick: { force: true } });
    expect(namesOf(forced.publish)).toEqual(['broken']);
  });
});
