import { z } from 'zod';
import type { Action } from '../core/action.ts';
import { parseMessage } from '../core/proto.ts';

const Body = z.strictObject({ advanceSeconds: z.number().default(0) });

/** Moves the local clock, and tells what it shows. */
export const clock: Action = {
  api: 'local',
  method: 'clock',
  verb: 'POST',
  path: '/_local/clock',
  anonymous: true,
  run(state, { body }) {
    state.advance(parseMessage(Body, body).advanceSeconds);
    return { now: state.now().toISOString() };
  },
};
