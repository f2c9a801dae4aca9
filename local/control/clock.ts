import { z } from 'zod';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';
import type { State } from '../state/state.ts';

const Body = z.strictObject({ advanceSeconds: z.number().default(0) });

/** Moves the local clock and returns the new time. */
export const moveClock: ApiMethod = {
  api: 'local',
  name: 'moveClock',
  httpMethod: 'POST',
  path: '/_local/clock',
  anonymous: true,
  run(state, { body }) {
    state.advance(parseMessage(Body, body).advanceSeconds);
    return timeOf(state);
  },
};

/** The time, and how far it is ahead of the machine's. A program that follows this clock reads it again and again. */
export const getClock: ApiMethod = {
  api: 'local',
  name: 'getClock',
  httpMethod: 'GET',
  path: '/_local/clock',
  anonymous: true,
  run: timeOf,
};

function timeOf(state: State): object {
  const now = state.now();
  const aheadSeconds = (now.getTime() - state.machineTime().getTime()) / 1000;
  return { now: now.toISOString(), aheadSeconds };
}
