import { z } from 'zod';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';

const Body = z.array(
  z.strictObject({
    path: z
      .string()
      .refine(isRegExp, { error: 'The path of a fault must be a regular expression.' }),
    method: z.string().toUpperCase().exactOptional(),
    times: z.int().min(0).exactOptional(),
    probability: z.number().min(0).max(1).exactOptional(),
    latencyMs: z.number().min(0).exactOptional(),
    status: z.int().min(400).max(599).exactOptional(),
    reset: z.boolean().exactOptional(),
    loseAnswer: z.boolean().exactOptional(),
  }),
);

/** Replaces the list of faults. An empty list removes all of them. */
export const setFaults: ApiMethod = {
  api: 'local',
  name: 'setFaults',
  httpMethod: 'PUT',
  path: '/_local/faults',
  anonymous: true,
  run(state, { body }) {
    state.faults = parseMessage(Body, body);
    return state.faults;
  },
};

/** In each fault, `times` is the number of calls that it can still strike. */
export const getFaults: ApiMethod = {
  api: 'local',
  name: 'getFaults',
  httpMethod: 'GET',
  path: '/_local/faults',
  anonymous: true,
  run: ({ faults }) => faults,
};

function isRegExp(source: string): boolean {
  try {
    return Boolean(new RegExp(source));
  } catch {
    return false;
  }
}
