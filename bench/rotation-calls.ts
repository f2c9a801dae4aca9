import type { Kind } from '../shared/domain/chain/chain.ts';
import { type Bench, figureOf } from './figures/figure.ts';
import { openFleet } from './worlds/fleet.ts';

const CHAINS = 20;
const ROUNDS = 3;

/**
 * One mint, one read and three writes. An access token is proven by one more call in each rotation. The keys that prove the
 * other kinds are cached.
 */
const EXPECTED_CALLS: Readonly<Record<Kind, number>> = {
  'access-token': 6,
  'id-token': 5,
  'signed-jwt': 5,
  'signed-blob': 5,
};

/** The calls of a rotation, as the local cloud counts them. */
export const bench: Bench = {
  name: 'rotation-calls',
  async *run() {
    for (const [kind, calls] of Object.entries(EXPECTED_CALLS) as [Kind, number][]) {
      await using fleet = await openFleet(CHAINS, kind);
      await using mint = await fleet.deploy('mint');
      // The first three rotations destroy no version, and the first one reads the keys.
      for (let n = 0; n < 3; n++) await fleet.rotate(mint, 4);
      await fleet.cloud.calls();
      const pairs: [number, number][] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await fleet.rotate(mint, 4);
        const count = [...(await fleet.cloud.calls()).values()].reduce((a, b) => a + b, 0);
        pairs.push([count / CHAINS, calls]);
      }
      yield figureOf({
        name: `rotation: calls, ${kind}`,
        unit: 'calls',
        against: 'computed',
        pairs,
        budget: 1,
        exactly: true,
      });
    }
  },
};
