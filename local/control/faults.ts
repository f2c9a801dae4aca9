import { z } from 'zod';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';
import { Fault } from '../state/emulator/fault.ts';

const Body = z.array(Fault);

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
