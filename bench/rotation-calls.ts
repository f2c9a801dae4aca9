import type { Kind } from '../shared/domain/chain/chain.ts';
import { type Bench, figureOf } from './figures/figure.ts';
import { openFleet } from './worlds/fleet.ts';

const CHAINS = 20;
const ROUNDS = 3;

/** One mint, one read and three writes; what proves an access token is asked each time, and the keys that prove the others are kept. */
const ON_PAPER: Readonly<Record<Kind, number>> = {
  'access-token': 6,
  'id-token': 5,
  'signed-jwt': 5,
  'signed-blob': 5,
};

/** What a rotation asks of Google, counted by the local cloud. */
export const bench: Bench = {
  name: 'rotation-calls',
  async *run() {
    for (const [kind, calls] of Object.entries(ON_PAPER) as [Kind, number][]) {
      await using fleet = await openFleet(CHAINS, kind);
      await using mint = await fleet.deploy('mint');
      // The first three have nothing to destroy, and the first reads the keys.
      for (let n = 0; n < 3; n++) await fleet.rotate(mint, 4);
      await fleet.cloud.calls();
      const pairs: [number, number][] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await fleet.rotate(mint, 4);
        const made = [...(await fleet.cloud.calls()).values()].reduce((a, b) => a + b, 0);
        pairs.push([made / CHAINS, calls]);
      }
      yield figureOf({
        name: `rotation: calls, ${kind}`,
        unit: 'calls',
        against: 'on paper',
        pairs,
        budget: 1,
        exactly: true,
      });
    }
  },
};
