import { z } from 'zod';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';

const Body = z.strictObject({ advanceSeconds: z.number().default(0) });

/** Moves the local clock and returns the new time. */
export const clock: ApiMethod = {
  api: 'local',
  name: 'clock',
  httpMethod: 'POST',
  path: '/_local/clock',
  anonymous: true,
  run(state, { body }) {
    state.advance(parseMessage(Body, body).advanceSeconds);
    return { now: state.now().toISOString() };
  },
};
