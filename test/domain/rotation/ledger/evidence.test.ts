import fc from 'fast-check';
import { digestOf } from '../../../../shared/domain/chain/definition.ts';
import { freshnessOf } from '../../../../shared/domain/rotation/freshness.ts';
import {
  evidenceOf,
  type ListedVersions,
} from '../../../../shared/domain/rotation/ledger/evidence.ts';
import { annotationsOf, type Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import { observationOf } from '../../../../shared/domain/rotation/ledger/observed-secrets.ts';
import type { Version } from '../../../../shared/domain/rotation/ledger/version.ts';
import { chainOf, MINTER, TOKEN } from '../../../functions/rotation-world.ts';
import { runs } from '../../../runs.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const later = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000);
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1000);
const chain = chainOf('export', TOKEN);
const caller = { email: MINTER };
const digest = digestOf(chain, caller);
const TARGET_ID = '100000000000000000005';
const ledger: Ledger = {
  chain: chain.name,
  kind: 'access-token',
  digest,
  targetId: TARGET_ID,
  mintedAt: ago(600),
  expiresAt: ago(-3000),
  current: 40,
  previous: 39,
  first: 1,
  leftover: 0,
  unproven: false,
};
const version = (number: number, createdAt: Date, state: Version['state'] = 'ENABLED') => ({
  number,
  createdAt,
  state,
});
const OURS = version(40, ago(599));
const BEFORE = version(39, ago(2400));
const listed = (newest: number, ...versions: Version[]): ListedVersions => ({
  observedAt: NOW,
  newest,
  from: 30,
  versions,
});

describe('the evidence about a credential', () => {
  const rows: { situation: string; versions: ListedVersions; part?: object; says: string[] }[] = [
    { situation: 'says nothing of our version', versions: listed(40, OURS, BEFORE), says: [] },
    {
      situation: 'names the readers of latest alone, if a foreign version is disabled',
      versions: listed(41, version(41, ago(300), 'DISABLED'), OURS),
      says: ['readers of latest get nothing: version 41 is disabled'],
    },
    {
      situation:
        'names the readers of current alone, if a foreign version is on top of a broken one',
      versions: listed(41, version(41, ago(300)), BEFORE),
      says: [
        'readers of current get nothing: version 40 is destroyed',
        'readers of latest get version 41, added at 2026-11-22T11:55:00.000Z, which Hopmint did not commit',
      ],
    },
    {
      situation: 'claims nothing about a current version that is older than the list',
      versions: listed(200, version(200, ago(300))),
      part: { current: 20, previous: 19 },
      says: [
        'readers of latest get version 200, added at 2026-11-22T11:55:00.000Z, which Hopmint did not commit',
      ],
    },
    {
      situation: 'names a broken latest, although the list is older than the ledger',
      versions: listed(40, version(40, ago(300), 'DISABLED')),
      part: { current: 41, previous: 40, mintedAt: ago(60) },
      says: ['readers of latest get nothing: version 40 is disabled'],
    },
  ];
  it.each(rows)('$situation', ({ versions, part = {}, says }) => {
    const found = evidenceOf(chain, digest, { ...ledger, ...part }, versions, NOW);
    expect(found.unusable).toEqual(says);
  });

  it('names a broken latest of a secret without a ledger', () => {
    const versions = listed(40, version(40, ago(300), 'DISABLED'));
    expect(evidenceOf(chain, digest, undefined, versions, NOW).unusable).toEqual([
      'readers of latest get nothing: version 40 is disabled',
    ]);
  });
});

describe('no ledger', () => {
  const forged = fc.record(
    {
      digest: fc.constantFrom(digest, 'another'),
      /** Seconds after the newest version was added. */
      minted: fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer({ min: -9000, max: 9000 })),
      lasts: fc.oneof(fc.integer({ min: 0, max: 4000 }), fc.integer({ min: 0, max: 50_000 })),
      current: fc.integer({ min: 2, max: 7 }),
    },
    { requiredKeys: [] },
  );
  const states = fc.array(fc.constantFrom('ENABLED', 'ENABLED', 'DISABLED', 'DESTROYED'), {
    minLength: 1,
    maxLength: 6,
  });

  it('makes an unusable credential fresh', () => {
    let fresh = 0;
    const addedEvery = fc.constantFrom(60, 300, 900, 1800);
    const follows = fc.boolean();
    fc.assert(
      fc.property(forged, states, addedEvery, follows, (part, given, every, isNear) => {
        const added = given.map((_, i) => ago((given.length - i) * every));
        const versions = given.flatMap((state, i) =>
          state === 'DESTROYED'
            ? []
            : [version(i + 1, added[i] as Date, state as Version['state'])],
        );
        const newest = given.length;
        const addedAt = added.at(-1) as Date;
        const mintedAt = later(addedAt, part.minted ?? 0);
        // Half of the ledgers are like true ones, except for what was forged.
        const current = isNear ? newest : Math.max(2, part.current ?? 0);
        const annotations = annotationsOf({
          ...ledger,
          digest: part.digest ?? digest,
          current,
          previous: current - 1,
          mintedAt,
          expiresAt: later(mintedAt, part.lasts ?? 3600),
        });
        const versionAliases = { current, previous: current - 1 };
        const secrets = new Map([[chain.secret, { annotations, versionAliases }]]);
        const seen = { observedAt: NOW, newest, from: 1, versions };
        const listed = { secrets, unlisted: new Set<string>() };
        const file = { caller, tickEverySeconds: 60 };
        const evidence = observationOf(chain, caller, { annotations }, seen, NOW);
        const { state, ledger: believed } = freshnessOf(chain, file, listed, NOW, () => evidence);
        if (state !== 'fresh') return;
        fresh++;
        const isYoung = NOW.getTime() - addedAt.getTime() < 120_000;
        expect(given.at(-1)).toBe('ENABLED');
        expect(isYoung || believed?.current === newest).toBe(true);
        expect(NOW.getTime() - addedAt.getTime()).toBeLessThan(3_600_000);
      }),
      { numRuns: runs(1000), seed: 42 },
    );
    expect(fresh).toBeGreaterThan(runs(1000) / 50);
  });
});
