import { runs } from '../runs.ts';
import { PLANTS } from './compare/plants.ts';
import { runWorlds } from './run-worlds.ts';

// Few instants and attacks in each world. `npm run oracle` tries all.
const depth = { instants: 2, everyCall: false, performed: 1 };

describe('the oracle', () => {
  it('agrees with the local cloud and with the audit in each random world', async () => {
    const { smallest, counts } = await runWorlds({
      seed: 7,
      worlds: runs(20),
      depth,
    });
    const found = [...smallest.values()];
    expect(found.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([]);
    expect(counts.attacks).toBeGreaterThan(runs(10));
  }, 120_000);

  it('finds an audit that does not report who edits roles', async () => {
    const { kinds } = await runWorlds({
      seed: 1,
      worlds: 200,
      depth: { ...depth, performed: 0, plant: PLANTS['role-editors'] },
      shrinks: () => false,
      stop: (result) => result.kinds.size > 0,
    });
    expect([...kinds.keys()].join()).toMatch(/(edit|undelete) a role/);
  }, 120_000);
});
