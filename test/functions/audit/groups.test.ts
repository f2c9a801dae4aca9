import { WIRE } from '../../../shared/google/wire/wire.ts';
import {
  AUDITOR,
  type AuditedCloud,
  CREATOR,
  chainOf,
  data,
  fileOf,
  grant,
  hop,
  openAuditedCloud,
  ops,
} from './audited-cloud.ts';

let cloud: AuditedCloud;
beforeEach(async () => {
  cloud = await openAuditedCloud();
});
afterEach(() => cloud.local.close());

type World = {
  readonly readable?: boolean;
  readonly members?: string[];
  readonly owners?: string[];
};

/** The hop to the relay is granted to a group. */
const seed = ({ readable = true, members = [], owners = [] }: World) =>
  cloud.post('seed', {
    accounts: [
      {
        email: ops('relay'),
        policy: { bindings: [grant(CREATOR, 'group:callers@acme.com')] },
      },
      { email: ops('batch'), policy: { bindings: [hop(data('stranger'))] } },
      { email: data('stranger') },
    ],
    groups: [
      { email: 'callers@acme.com', members: ['group:inner@acme.com'], owners },
      { email: 'inner@acme.com', members },
    ],
    cloudIdentity: { groupReaders: readable ? [`serviceAccount:${AUDITOR}`] : [] },
  });
const minter = `serviceAccount:${ops('minter')}`;
const run = () => cloud.run(fileOf(chainOf('one')));

describe('a hop that rests on a group', () => {
  it.each([
    { title: 'is ok if a group in it has the account', world: { members: [minter] }, state: 'ok' },
    { title: 'is missing if nobody in it is the account', world: {}, state: 'missing' },
    {
      title: 'is unknown if the auditor may not read it',
      world: { members: [minter], readable: false },
      state: 'unknown',
    },
    {
      title: 'is unknown if a group in it cannot be read',
      world: { members: ['group:outside@example.com'] },
      state: 'unknown',
    },
  ])('$title', async ({ world, state }) => {
    await seed(world);
    const report = await run();
    expect(report.chains[0]?.hops[0]?.state).toBe(state);
    const isRead = report.coverage.read.includes('group:callers@acme.com');
    expect(isRead).toBe(world.readable ?? true);
    const notCovered = report.coverage.notCovered.map(({ resource }) => resource);
    expect(notCovered.includes('group:callers@acme.com')).toBe(!isRead);
  });

  it('stays unread, and not refused, while Cloud Identity is busy', async () => {
    await seed({ members: [minter] });
    await cloud.post(
      'faults',
      [{ path: 'groups:lookup', status: 503 }] as unknown as object,
      'PUT',
    );
    // Waits take no time here.
    let elapsedMs = 0;
    const policies = await cloud.policiesAt(() => cloud.local.state.now(), {
      ...WIRE,
      elapsedMs: () => elapsedMs,
      wait: async (ms) => {
        elapsedMs += ms;
      },
    });
    const { coverage, clean } = await cloud.run(fileOf(chainOf('one')), policies);
    expect(cloud.asked().filter((call) => call.includes('groups:lookup')).length).toBeGreaterThan(
      1,
    );
    expect(coverage.unread.map(({ resource }) => resource)).toContain('group:callers@acme.com');
    expect(clean).toBe(false);
  });
});

describe('the accounts in a group', () => {
  it('are followed: anyone who can become one of them is reported', async () => {
    await seed({ members: [minter, `serviceAccount:${ops('batch')}`] });
    const { findings } = await run();
    expect(findings).toContainEqual(
      expect.objectContaining({
        kind: 'unexpected-impersonator',
        member: `serviceAccount:${data('stranger')}`,
        chains: ['one'],
      }),
    );
  });
});

describe('the owners of a group', () => {
  const ofGroup = async (exceptions: object[] = []) => {
    const report = await cloud.run({ ...fileOf(chainOf('one')), exceptions } as never);
    return report.findings.filter(({ evidence }) => evidence.resource.startsWith('group:'));
  };

  it('are reported, as strong as its members', async () => {
    await seed({ members: [minter], owners: ['user:olga@acme.com'] });
    expect(await ofGroup()).toEqual([
      expect.objectContaining({
        kind: 'escalation',
        severity: 'high',
        member: 'user:olga@acme.com',
        chains: ['one'],
        evidence: expect.objectContaining({
          summary:
            'group:callers@acme.com has access, and user:olga@acme.com, its owner or manager, can add any identity to it',
        }),
      }),
    ]);
  });

  it('are reported for a group in an exception too, unless they are excepted themselves', async () => {
    await seed({ members: [minter], owners: ['user:olga@acme.com', 'user:max@acme.com'] });
    const exception = (member: string) => ({
      account: { email: ops('relay') },
      member,
      reason: 'break-glass',
      owner: 'platform@acme.com',
      expires: new Date('2027-01-01T00:00:00Z'),
    });
    const [finding] = await ofGroup([
      exception('group:callers@acme.com'),
      exception('user:max@acme.com'),
    ]);
    expect(finding).toMatchObject({ severity: 'medium', member: 'user:olga@acme.com' });
  });
});
