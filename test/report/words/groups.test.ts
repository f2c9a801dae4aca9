import type { ChainReport } from '../../../shared/domain/audit/report.ts';
import { groupsOf } from '../../../shared/report/words/groups.ts';
import { fleetOf } from '../fleet.ts';
import { data, hopsAlong, ops } from '../parts.ts';

describe('the groups of chains', () => {
  const through = (...names: string[]): ChainReport => ({
    name: names.join('-'),
    source: null,
    state: 'ok',
    expiresAt: null,
    observed: null,
    hops: hopsAlong([ops('minter'), ...names.map(data)]),
    reach: [],
    reachCount: 0,
  });
  const many = (n: number, ...before: string[]) =>
    Array.from({ length: n }, (_, i) => through(...before, `t${i}`));
  const sizes = (chains: ChainReport[]) =>
    groupsOf(chains).map((group) => [
      group.through.map((a) => a.split('@')[0]).join('/'),
      group.chains.length,
    ]);
  const cases: { title: string; chains: ChainReport[]; groups: unknown[][] }[] = [
    { title: 'are none without chains', chains: [], groups: [] },
    { title: 'are one for a dozen chains', chains: many(12), groups: [['', 12]] },
    {
      title: 'are divided by the first delegate for more chains',
      chains: [...many(9, 'a'), ...many(8, 'b')],
      groups: [
        ['a', 9],
        ['b', 8],
      ],
    },
    {
      title: 'are divided by the second delegate if one relay has many chains',
      chains: [...many(9, 'a', 'x'), ...many(9, 'a', 'y')],
      groups: [
        ['a/x', 9],
        ['a/y', 9],
      ],
    },
    {
      title: 'combine small neighbours',
      chains: [...many(11, 'z'), ...many(4, 'a'), ...many(5, 'b')],
      groups: [
        ['z', 11],
        ['', 9],
      ],
    },
    {
      title: 'have a dozen chains each if there are no delegates',
      chains: many(30),
      groups: [
        ['', 12],
        ['', 12],
        ['', 6],
      ],
    },
  ];
  it.each(cases)('$title', ({ chains, groups }) => {
    expect(sizes(chains)).toEqual(groups);
  });

  it('contain every chain exactly once', () => {
    const { chains } = fleetOf(500);
    const drawn = groupsOf(chains).flatMap((group) => group.chains.map(({ name }) => name));
    expect(drawn.toSorted()).toEqual(chains.map(({ name }) => name).toSorted());
  });

  it('begin with a group that has a broken chain', () => {
    const [first] = groupsOf([
      ...many(9, 'a'),
      { ...through('b', 't'), state: 'broken' },
      ...many(9, 'c'),
    ]);
    expect(first?.chains.some(({ state }) => state === 'broken')).toBe(true);
  });
});
