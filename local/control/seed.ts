import type { Action } from '../core/action.ts';
import { badWorld, readWorld } from '../world/schema.ts';
import { seedWorld } from '../world/seed.ts';

/** Merges a world, in YAML or JSON, into this one. */
export const seed: Action = {
  api: 'local',
  method: 'seed',
  verb: 'POST',
  path: '/_local/seed',
  anonymous: true,
  run(state, { raw }) {
    let world: unknown;
    try {
      world = readWorld(raw.toString());
    } catch (error) {
      // The parser goes on to draw the line.
      const [what = ''] = String(error).split('\n');
      throw badWorld([what]);
    }
    return { warnings: seedWorld(state, world) };
  },
};
