import type { ApiMethod } from '../core/api-method.ts';
import { badWorld, readWorld } from '../world/schema.ts';
import { seedWorld } from '../world/seed.ts';

/** Merges a world, in YAML or JSON, into this one. */
export const seed: ApiMethod = {
  api: 'local',
  name: 'seed',
  httpMethod: 'POST',
  path: '/_local/seed',
  anonymous: true,
  run(state, { rawBody }) {
    let world: unknown;
    try {
      world = readWorld(rawBody.toString());
    } catch (error) {
      // The parser goes on to draw the line.
      const [what = ''] = String(error).split('\n');
      throw badWorld([what]);
    }
    return { warnings: seedWorld(state, world) };
  },
};
