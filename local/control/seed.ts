import type { ApiMethod } from '../core/api-method.ts';
import { seedWorld } from '../world/seed.ts';
import { readWorld, worldError } from '../world/world-file.ts';

/** Merges a world, in YAML or JSON, into the state. */
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
      // The parser's message quotes the bad lines after its first line.
      const [firstLine = ''] = String(error).split('\n');
      throw worldError([firstLine]);
    }
    return { warnings: seedWorld(state, world) };
  },
};
