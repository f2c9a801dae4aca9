import { runs } from '../runs.ts';
import { PLANTS } from './compare/plants.ts';
import { runWorlds } from './run-worlds.ts';

/** Few instants and calls in each world. `npm run oracle` tries all. */
const SHALLOW = { instants: 1, everyCall: false, performed: 0, refused: 3 };
/** Each twentieth world also has an attack that is performed, a second instant, and all calls. */
const DEEPER = { instants: 2, everyCall: false, performed: 1 };

describe('the oracle', () => {
  const running = runWorlds({
    seed: 7,
    worlds: runs(200),
    depth: DEEPER,
    depthOf: (world) => ({ ...(world % 20 === 0 ? DEEPER : SHALLOW), holes: PLANTS }),
  });

  it('agrees with the local cloud and with the audit in each random world', async () => {
    const { smallest, counts } = await running;
    const found = [...smallest.values()].map(({ kind, text }) => `${kind}: ${text}`);
    expect(found).toEqual([]);
    expect(counts.attacks).toBeGreaterThan(runs(5));
    expect(counts.attackers).toBeGreaterThan(runs(500));
  }, 120_000);

  it.each(Object.keys(PLANTS))('finds an audit that reports no %s', async (hole) => {
    const { holes } = await running;
    expect(holes.get(hole)).toBeGreaterThan(0);
  });
});
