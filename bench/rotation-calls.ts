import type { Kind } from '../shared/domain/chain/chain.ts';
import { type Bench, figureOf } from './figures/figure.ts';
import { openFleet } from './worlds/fleet.ts';

const CHAINS = 20;
const ROUNDS = 3;
/** A version is destroyed only if it was superseded 10 minutes ago. In all rounds together, no token of the function expires. */
const MINUTES_APART = 11;

type Rotations = {
  readonly name: string;
  readonly kind: Kind;
  readonly env?: Readonly<Record<string, string>>;
  readonly calls: number;
};

/**
 * Two reads, one mint and three writes. An access token is proven by one more call in each rotation. The keys that prove the other kinds are
 * cached. `hopmint-rotated` takes one publish.
 */
const ROTATIONS: readonly Rotations[] = [
  { name: 'access-token', kind: 'access-token', calls: 7 },
  { name: 'id-token', kind: 'id-token', calls: 6 },
  { name: 'signed-jwt', kind: 'signed-jwt', calls: 6 },
  { name: 'signed-blob', kind: 'signed-blob', calls: 6 },
  {
    name: 'access-token, with hopmint-rotated',
    kind: 'access-token',
    env: { HOPMINT_ROTATED: '1' },
    calls: 8,
  },
];

/** `current` and `previous`. */
const VERSIONS_ALIVE = 2;

/** The calls of a rotation and the versions that remain, as the local cloud counts them. */
export const bench: Bench = {
  name: 'rotation-calls',
  async *run() {
    for (const { name, kind, env, calls } of ROTATIONS) {
      await using fleet = await openFleet(CHAINS, kind);
      await using mint = await fleet.deploy('mint', env);
      // The first three rotations destroy no version, and the first one reads the keys.
      for (let n = 0; n < 3; n++) {
        await fleet.rotate(mint, 4);
        await fleet.advance(MINUTES_APART);
      }
      await fleet.cloud.calls();
      const pairs: [number, number][] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await fleet.rotate(mint, 4);
        await fleet.advance(MINUTES_APART);
        // At most once a minute, mint reads the generation of the chain file, for any number of rotations.
        const counted = [...(await fleet.cloud.calls())].filter(
          ([name]) => !/^storage /.test(name),
        );
        const count = counted.reduce((sum, [, n]) => sum + n, 0);
        pairs.push([count / CHAINS, calls]);
      }
      yield figureOf({
        name: `rotation: calls, ${name}`,
        unit: 'calls',
        against: 'computed',
        pairs,
        budget: 1,
        exactly: true,
      });
      if (name !== 'access-token') continue;
      yield figureOf({
        name: 'rotation: versions alive of a chain',
        unit: 'versions',
        against: 'computed',
        pairs: [[(await fleet.versionsAlive()) / CHAINS, VERSIONS_ALIVE]],
        budget: 1,
        exactly: true,
      });
    }
  },
};
