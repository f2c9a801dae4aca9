import type { Chain, ChainFile } from '../../../../shared/domain/chain/chain.ts';
import type { Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import { lastGridInstant } from '../../../../shared/domain/rotation/tick/schedule.ts';
import { parseSecretEvent } from '../../../../shared/domain/rotation/tick/secret-event.ts';
import {
  EMPTY_MEMORY,
  type ListedChain,
  type Memory,
  withHealed,
} from '../../../../shared/domain/rotation/tick/tick-memory.ts';
import {
  planTick,
  relevanceFilterOf,
  type TickRequest,
} from '../../../../shared/domain/rotation/tick/tick-plan.ts';

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
  first: 1,
  leftover: 0,
  unproven: false,
});

/** Minted `ago` minutes before the last instant of its grid, so it is due. */
const dueSince = (name: string, ago: number, project?: string): ListedChain => {
  const chain = chainOf(name, project);
  const mintedAt = new Date(lastGridInstant(chain, noon).getTime() - ago * 60_000);
  return { chain, digest: 'd', ledger: ledgerOf(chain, mintedAt), current: 3 };
};
const fresh = (name: string): ListedChain => {
  const chain = chainOf(name);
  return { chain, digest: 'd', ledger: ledgerOf(chain, minutes(-1)), current: 3 };
};
const never = (name: string): ListedChain => ({
  chain: chainOf(name),
  digest: 'd',
  ledger: undefined,
  current: 0,
});

const fileOf = (listed: readonly ListedChain[], part: Partial<ChainFile> = {}): ChainFile => ({
  caller: { email: 'minter@acme-ops.iam.gserviceaccount.com' },
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains: listed.map(({ chain }) => chain),
  exceptions: [],
  ...part,
});

const TICK: TickRequest = { forcedAt: undefined };
const FORCED: TickRequest = { forcedAt: noon };
const namesOf = (planned: readonly ListedChain[]) => planned.map(({ chain }) => chain.name);
/** The plan for all chains. It must be the same without the chains that do not matter to the tick. */
const run = (
  chains: readonly ListedChain[],
  {
    tick = TICK,
    memory = EMPTY_MEMORY,
    now = noon,
    part = {},
  }: {
    tick?: TickRequest;
    memory?: Memory;
    now?: Date;
    part?: Partial<ChainFile>;
  } = {},
) => {
  const file = fileOf(chains, part);
  const plan = planTick(file, chains, tick, memory, now);
  const relevant = chains.filter(relevanceFilterOf(file, tick.forcedAt, memory, now));
  expect(planTick(file, relevant, tick, memory, now)).toEqual(plan);
  return plan;
};

describe('a tick', () => {
  it('publishes the chains that are due, and no others', () => {
    expect(namesOf(run([dueSince('old', 5), fresh('new'), never('first')]).publish)).toEqual([
      'first',
      'old',
    ]);
  });

  it('publishes only chains that it names and that are due', () => {
    const chains = [dueSince('old', 5), dueSince('older', 6), fresh('new')];
    expect(namesOf(run(chains, { tick: { ...TICK, only: ['old', 'new'] } }).publish)).toEqual([
      'old',
    ]);
  });

  it('publishes a chain that it forces, due or not, as forced', () => {
    const { publish } = run([fresh('new')], { tick: { ...FORCED, only: ['new'] } });
    expect(publish).toMatchObject([{ chain: { name: 'new' }, forcedAt: noon, startAt: noon }]);
  });

  it('does not publish a paused chain, not even by force', () => {
    const paused = never('off');
    const pause = { until: minutes(10), reason: 'INC-1' };
    const off = { ...paused, chain: { ...paused.chain, paused: pause } };
    expect(run([off], { tick: FORCED })).toMatchObject({ publish: [], paused: ['off'] });
    expect(run([never('all')], { part: { paused: pause } })).toMatchObject({
      publish: [],
      paused: ['all'],
    });
    expect(namesOf(run([off], { now: minutes(10) }).publish)).toEqual(['off']);
  });
});

describe('the chains that matter to a tick', () => {
  const chains = [dueSince('old', 5), fresh('new'), never('first'), fresh('tried')];
  const memory: Memory = {
    ...EMPTY_MEMORY,
    attempts: new Map([
      ['tried', { request: 'd 3', replaces: 3, firstAt: noon, lastAt: noon, count: 1 }],
    ]),
  };
  const relevant = ({ forcedAt }: TickRequest) =>
    namesOf(chains.filter(relevanceFilterOf(fileOf(chains), forcedAt, memory, noon)));

  it('are those that are due and those that it remembers', () => {
    expect(relevant(TICK)).toEqual(['old', 'first', 'tried']);
  });

  it('are all chains, if it forces them', () => {
    expect(relevant(FORCED)).toEqual(['old', 'new', 'first', 'tried']);
  });
});

describe('the quota of a tick', () => {
  // 18 writes a minute allow six rotations; one of them may be a retry.
  const part = { writesPerMinute: 18 };

  it('goes to the credentials that expire first; the others wait', () => {
    const chains = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, i) =>
      dueSince(name, (i + 1) * 3),
    );
    const plan = run(chains, { part });
    const expiries = chains.map(({ ledger }) => Number(ledger?.expiresAt)).toSorted();
    expect(plan.publish.map(({ ledger }) => Number(ledger?.expiresAt))).toEqual(
      expiries.slice(0, 6),
    );
    expect(plan.waiting).toHaveLength(2);
  });

  it('counts for a minute what was requested, by a tick or a check, though nothing is minted yet', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => dueSince(name, 5));
    const all = [...six, dueSince('g', 1)];
    const attempts = withHealed(new Map(), six, noon);
    for (const memory of [run(six, { part }).memory, { ...EMPTY_MEMORY, attempts }]) {
      expect(run(all, { part, memory, now: minutes(0.2) }).publish).toEqual([]);
      const [later] = run(all, { part, memory, now: minutes(0.5) }).publish;
      expect(later).toMatchObject({ chain: { name: 'g' }, startAt: minutes(1) });
    }
  });

  it('counts for a minute what was minted, also if this process did not request it', () => {
    const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => {
      const { ledger, ...listed } = fresh(name);
      return { ...listed, ledger: ledgerOf(listed.chain, minutes(-0.1)) };
    });
    const all = [...six, dueSince('g', 1)];
    expect(run(all, { part }).publish).toEqual([]);
    expect(namesOf(run(all, { part, now: minutes(0.9) }).publish)).toEqual(['g']);
  });

  it('is separate for each project', () => {
    const ops = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => dueSince(name, 5));
    const data = dueSince('z', 1, 'acme-data');
    expect(namesOf(run([...ops, data], { part }).publish)).toContain('z');
  });

  it('gives retries a fifth, so that a broken relay does not delay other chains', () => {
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

  it('names the chains that waiting for the next tick makes late', () => {
    const tight = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => never(name));
    expect(run(tight, { part }).late).toHaveLength(1);
    expect(
      run(
        ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => dueSince(name, 1)),
        { part },
      ).late,
    ).toEqual([]);
  });

  it('carries a forced chain over to the next tick', () => {
    const chains = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => fresh(name));
    const first = run(chains, { part, tick: FORCED });
    const second = run(chains, { part, memory: first.memory, now: minutes(0.5) });
    expect(namesOf(second.publish)).toEqual(first.waiting);
    expect(run(chains, { part, memory: second.memory, now: minutes(0.6) }).publish).toEqual([]);
  });
});

describe('a chain that stays due', () => {
  it('is published again 2, 5, 10 and 20 minutes later, then every 30', () => {
    const broken = [never('broken')];
    const at: number[] = [];
    let memory = EMPTY_MEMORY;
    for (let minute = 0; minute <= 120; minute++) {
      const plan = run(broken, { memory, now: minutes(minute) });
      if (plan.publish.length > 0) at.push(minute);
      memory = plan.memory;
    }
    expect(at).toEqual([0, 2, 5, 10, 20, 50, 80, 110]);
  });

  it('is published at once when its definition has changed', () => {
    const { memory } = run([never('broken')]);
    const changed = { ...never('broken'), digest: 'e' };
    expect(namesOf(run([changed], { memory, now: minutes(1) }).publish)).toEqual(['broken']);
  });

  it('is forgotten when it is no longer due', () => {
    const { memory } = run([never('fixed')]);
    expect(memory.attempts.size).toBe(1);
    expect(run([fresh('fixed')], { memory, now: minutes(1) }).memory.attempts.size).toBe(0);
  });

  it('is published at once by force', () => {
    const { memory } = run([never('broken')]);
    const forced = run([never('broken')], { memory, now: minutes(1), tick: FORCED });
    expect(namesOf(forced.publish)).toEqual(['broken']);
  });
});

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');
const entry = (resourceName: string, part: object = {}) => ({
  protoPayload: {
    resourceName,
    authenticationInfo: { principalEmail: 'eve@acme.com' },
    ...part,
  },
});

describe('an entry of the audit log', () => {
  it.each([
    {
      about: 'a version of a secret',
      value: entry('projects/700000000001/secrets/export/versions/3'),
      expected: { secretId: 'export', by: 'eve@acme.com' },
    },
    {
      about: 'a secret, by its full name',
      value: entry('//secretmanager.googleapis.com/projects/acme-ops/secrets/export'),
      expected: { secretId: 'export', by: 'eve@acme.com' },
    },
    {
      about: 'a secret, without an author',
      value: entry('projects/acme-ops/secrets/export', { authenticationInfo: undefined }),
      expected: { secretId: 'export', by: '' },
    },
    {
      about: 'a refused call',
      value: entry('projects/acme-ops/secrets/export', { status: { code: 7 } }),
      expected: undefined,
    },
    { about: 'an account', value: entry('projects/-/serviceAccounts/1'), expected: undefined },
    { about: 'nothing', value: { hello: 1 }, expected: 'malformed' },
  ])('about $about', ({ value, expected }) => {
    expect(parseSecretEvent(base64(value))).toEqual(expected);
  });

  it('that is no JSON is malformed', () => {
    expect(parseSecretEvent('###')).toBe('malformed');
  });
});
