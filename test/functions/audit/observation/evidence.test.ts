import roles from '../../../../deploy/roles.json' with { type: 'json' };
import { chainOf, type RotationWorld, TARGET, TARGET_ID, TOKEN } from '../../rotation-world.ts';
import { linesOf, type ObservedWorld, openObservedWorld, REBORN_ID } from './observed-world.ts';

const SECRET = 'projects/acme-ops/secrets/export';

let observed: ObservedWorld;
let world: RotationWorld;
beforeEach(async () => {
  observed = await openObservedWorld([chainOf('export', TOKEN)]);
  world = observed.world;
});
afterEach(() => world.close());

const report: ObservedWorld['report'] = (observing) => observed.report(observing);
const statusAfter: ObservedWorld['statusAfter'] = (made) => observed.statusAfter(made);
const secret = () => observed.secret();
const lastVersion = () => secret().versions.at(-1) as ReturnType<typeof secret>['versions'][number];
const change: ObservedWorld['change'] = (part) => observed.change(part);
const annotate: ObservedWorld['annotate'] = (part) => observed.annotate(part);

describe('an audit of a chain that was rotated in time', () => {
  it('observes its versions, and finds nothing', async () => {
    const made = await report();
    expect(linesOf(made)).toEqual([]);
    expect(made.coverage.unread).toEqual([]);
    expect(made.chains).toMatchObject([
      {
        state: 'ok',
        observed: {
          at: '2026-11-22T12:35:00.000Z',
          latest: { number: 2, state: 'enabled' },
          current: { number: 2, state: 'enabled' },
          previous: { number: 1, state: 'enabled' },
          unusable: [],
          doubt: null,
        },
      },
    ]);
    world.advanceMinutes(2);
    expect(await statusAfter(made)).toMatchObject({
      healthy: true,
      chains: [{ state: 'fresh', observedAt: '2026-11-22T12:35:00.000Z' }],
    });
  });

  it('reads one page of its versions, though hundreds are destroyed', async () => {
    const [first, second] = secret().versions;
    if (!first || !second) throw new Error('no versions');
    const old = Array.from({ length: 300 }, (_, i) => ({
      ...first,
      number: i + 1,
      state: 'DESTROYED' as const,
    }));
    secret().versions.splice(0, 2, ...old, { ...first, number: 301 }, { ...second, number: 302 });
    annotate({ 'hopmint-current': '302', 'hopmint-previous': '301' });
    Object.assign(secret().versionAliases, { current: 302, previous: 301 });
    const before = world.local.state.requests.length;
    expect(linesOf(await report())).toEqual([]);
    const lists = world.local.state.requests
      .slice(before)
      .filter(({ apiMethod }) => apiMethod === 'projects.secrets.versions.list');
    expect(lists).toHaveLength(1);
  });

  it('reads further pages while the current version is below foreign ones', async () => {
    const createTime = new Date(world.clock.now.getTime() - 180_000).toISOString();
    for (let number = 3; number <= 60; number++) {
      secret().versions.push({ ...lastVersion(), number, createTime });
    }
    const [chain] = (await report()).chains;
    expect(chain).toMatchObject({
      state: 'unusable',
      observed: { latest: { number: 60 }, current: { number: 2, state: 'enabled' } },
    });
  });

  it('finds nothing while a rotation has added its version and not yet committed it', async () => {
    secret().versions.push({
      ...lastVersion(),
      number: 3,
      createTime: world.clock.now.toISOString(),
    });
    expect(linesOf(await report())).toEqual([]);
  });

  it('finds nothing while a list of versions is older than the ledger, but calls the chain unknown', async () => {
    const before = [...secret().versions];
    world.advanceMinutes(30);
    await world.tick();
    const after = secret().versions.splice(0, 3, ...before);
    const made = await report();
    expect(linesOf(made)).toEqual([]);
    expect(made.chains).toMatchObject([{ state: 'unknown' }]);
    expect(observed.waits).toEqual([5000]);
    observed.caughtUp = () => secret().versions.splice(0, 2, ...after);
    expect((await report()).chains).toMatchObject([{ state: 'ok' }]);
  });

  it('is not clean without the permission to list versions, and calls the chain unknown', async () => {
    const without = roles.hopmintAudit.includedPermissions.filter(
      (permission) => permission !== 'secretmanager.versions.list',
    );
    await observed.allow(without);
    const made = await report();
    expect(made).toMatchObject({ clean: false, chains: [{ state: 'unknown', observed: null }] });
    expect(made.coverage.unread).toEqual([
      {
        resource: `${SECRET}/versions`,
        reason: expect.stringContaining('secretmanager.versions.list'),
      },
    ]);
    expect(await statusAfter(made)).toMatchObject({
      healthy: false,
      chains: [{ state: 'unknown' }],
    });
  });
});

describe('an audit that has no time left for observations', () => {
  it('reads all policies first, and says which versions it has not read', async () => {
    const made = await report(AbortSignal.abort());
    expect(made.coverage.unread).toEqual([
      { resource: `${SECRET}/versions`, reason: 'the time for observations was over' },
    ]);
    expect(made).toMatchObject({
      clean: false,
      chains: [{ state: 'unknown', hops: [{ state: 'ok' }] }],
    });
  });

  it('reads versions after the last policy', async () => {
    const before = world.local.state.requests.length;
    await report();
    const calls = world.local.state.requests.slice(before).map(({ apiMethod }) => apiMethod);
    expect(calls.at(-1)).toBe('projects.secrets.versions.list');
  });
});

describe('an audit reports a credential that readers cannot use', () => {
  const rows: { situation: string; act: () => unknown; finding: RegExp; state: string }[] = [
    {
      situation: 'the newest version was disabled',
      act: () => change({ state: 'DISABLED' }),
      finding:
        /^high credential-unusable: export: readers of latest and current get nothing: version 2 is disabled$/,
      state: 'unusable',
    },
    {
      situation: 'the newest version was destroyed',
      act: () => change({ state: 'DESTROYED' }),
      finding:
        /^high credential-unusable: export: readers of latest and current get nothing: version 2 is destroyed$/,
      state: 'unusable',
    },
    {
      situation: 'somebody added a version on top',
      act: () => {
        const createTime = new Date(world.clock.now.getTime() - 180_000).toISOString();
        secret().versions.push({ ...lastVersion(), number: 3, createTime });
      },
      finding:
        /^high credential-unusable: export: readers of latest get version 3, added at 2026-11-22T12:32:00.000Z, which Hopmint did not commit$/,
      state: 'unusable',
    },
    {
      situation: 'the target was deleted and created again',
      act: () => observed.recreateTarget(),
      finding: new RegExp(
        `^high account-recreated: export: its credential belongs to account ${TARGET_ID}, and its target is account ${REBORN_ID} now$`,
      ),
      state: 'unusable',
    },
    {
      situation: 'the ledger says that the credential was minted in the future',
      act: () =>
        annotate({
          'hopmint-minted-at': '2099-01-01T00:00:00Z',
          'hopmint-expires-at': '2099-01-01T01:00:00Z',
        }),
      finding: /^medium ledger-mismatch: export: its ledger says .* minted in the future: .*$/,
      state: 'unknown',
    },
    {
      situation: 'the ledger says that the credential was minted later than its version was added',
      act: () =>
        annotate({
          'hopmint-minted-at': '2026-11-22T12:35:00Z',
          'hopmint-expires-at': '2026-11-22T13:35:00Z',
        }),
      finding: /^medium ledger-mismatch: export: its ledger says .* at another time .*$/,
      state: 'unknown',
    },
    {
      situation: 'the ledger names a version that was never added',
      act: () => {
        annotate({ 'hopmint-current': '9' });
        secret().versionAliases.current = 9;
      },
      finding: /^medium ledger-mismatch: export: its ledger names version 9, which was never added/,
      state: 'unknown',
    },
  ];
  it.each(rows)('because $situation, and the status is not fresh', async (row) => {
    await row.act();
    const made = await report();
    expect(linesOf(made)).toEqual([expect.stringMatching(row.finding)]);
    expect(made).toMatchObject({ clean: false, chains: [{ state: row.state }] });
    const shown = await statusAfter(JSON.parse(JSON.stringify(made)));
    expect(shown).toMatchObject({ healthy: false, chains: [{ state: row.state }] });
  });

  it('and the status stays unknown until an audit has observed the next version', async () => {
    change({ state: 'DISABLED' });
    const made = await report();
    world.advanceMinutes(30);
    await world.tick();
    expect(await statusAfter(made)).toMatchObject({
      healthy: false,
      chains: [
        {
          state: 'unknown',
          remarks: [
            expect.stringContaining('unusable at 2026-11-22T12:35:00.000Z, and no observation'),
          ],
        },
      ],
    });
    world.advanceMinutes(3);
    expect(await statusAfter(await report())).toMatchObject({
      healthy: true,
      chains: [{ state: 'fresh' }],
    });
  });
});

describe('an audit reports what others have done to a secret', () => {
  it.each([
    {
      title: 'the ledger names another chain',
      act: () => annotate({ 'hopmint-chain': 'other' }),
      finding: /^high ledger-mismatch: export: its ledger belongs to another chain, other$/,
      state: 'never',
    },
    {
      title: 'the label is missing',
      act: () => {
        secret().labels = {};
      },
      finding: /^high secret-missing: .* or does not have the label managed-by=hopmint$/,
      state: 'missing',
    },
  ])('$title: then the next tick starts a new ledger', async ({ act, finding, state }) => {
    act();
    const made = await report();
    expect(linesOf(made)).toContainEqual(expect.stringMatching(finding));
    expect(await statusAfter(made)).toMatchObject({ healthy: false, chains: [{ state }] });
    await world.tick();
    expect(world.ledger('export')).toMatchObject({ chain: 'export', current: 3, first: 3 });
    world.advanceMinutes(3);
    const after = await report();
    expect(linesOf(after)).toEqual([]);
    expect(await statusAfter(after)).toMatchObject({ healthy: true, chains: [{ state: 'fresh' }] });
  });

  it('names the time that is left until Google deletes it, and the status is not healthy', async () => {
    secret().expireTime = '2026-11-22T13:15:00.000Z';
    const made = await report();
    expect(linesOf(made)).toEqual([
      `high secret-expiring: Google will delete ${SECRET} with all its versions at 2026-11-22T13:15:00.000Z, in 40m`,
    ]);
    expect(made.findings.find(({ kind }) => kind === 'secret-expiring')?.fix?.gcloud).toBe(
      'gcloud secrets update export --project=acme-ops --remove-expiration',
    );
    expect(await statusAfter(made)).toMatchObject({
      healthy: false,
      chains: [
        {
          state: 'fresh',
          remarks: ['Google will delete its secret at 2026-11-22T13:15:00.000Z, in 40m'],
        },
      ],
    });
  });

  it('names the same end for a secret that was given a `ttl`', async () => {
    await world.asAda(`${SECRET}?updateMask=ttl`, { ttl: '2400s' }, 'PATCH');
    expect(linesOf(await report())).toEqual([
      expect.stringMatching(/^high secret-expiring: .* at 2026-11-22T13:15:00.000Z, in 40m$/),
    ]);
  });

  it('counts a version that is scheduled for destruction as destroyed, and says how long Google keeps it', async () => {
    const ttl = { versionDestroyTtl: '86400s' };
    await world.asAda(`${SECRET}?updateMask=versionDestroyTtl`, ttl, 'PATCH');
    const before = await report();
    expect(linesOf(before)).toEqual([]);
    expect(before.chains).toMatchObject([
      { state: 'ok', observed: { destroyDelaySeconds: 86_400 } },
    ]);
    await world.asAda(`${SECRET}/versions/2:destroy`);
    expect(lastVersion()).toMatchObject({ state: 'DISABLED', data: expect.any(String) });
    const made = await report();
    expect(linesOf(made)).toEqual([
      'high credential-unusable: export: readers of latest and current get nothing: version 2 is destroyed',
    ]);
    expect((await statusAfter(made)).chains).toMatchObject([
      {
        state: 'unusable',
        remarks: [
          'readers of latest and current get nothing: version 2 is destroyed',
          'Google keeps each destroyed version for 24h, disabled, and charges for it',
        ],
      },
    ]);
  });

  it('names an alias that is not ours on a version that is', async () => {
    secret().versionAliases.pinned = 1;
    const made = await report();
    expect(linesOf(made)).toEqual([
      expect.stringMatching(
        /^info ledger-mismatch: export: the alias pinned is not one of ours: it names version 1, /,
      ),
    ]);
  });
});

describe('a status', () => {
  it('is not healthy without a report, or with one of more than two hours ago', async () => {
    expect(await statusAfter(undefined)).toMatchObject({ healthy: false });
    const made = await report();
    expect(await statusAfter(made)).toMatchObject({ healthy: true });
    for (let round = 0; round < 5; round++) {
      world.advanceMinutes(30);
      await world.tick();
    }
    expect(await statusAfter(made)).toMatchObject({
      healthy: false,
      audit: { isOld: true },
      chains: [
        {
          state: 'unknown',
          remarks: ['its secret was last observed at 2026-11-22T12:35:00.000Z'],
        },
      ],
    });
  });

  it('names the hops that the last report calls broken', async () => {
    await observed.post('seed', { accounts: [{ email: TARGET, policy: { bindings: [] } }] });
    expect(await statusAfter(await report())).toMatchObject({
      audit: { brokenHops: [{ chain: 'export', hop: 1, to: TARGET, state: 'missing' }] },
    });
  });
});
