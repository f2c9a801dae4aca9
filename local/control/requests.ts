import type { Action } from '../core/action.ts';

/** Every call but those to `/_local/`: the newest, and how many each API has had. */
export const requests: Action = {
  api: 'local',
  method: 'requests',
  verb: 'GET',
  path: '/_local/requests',
  anonymous: true,
  run: ({ requests, requestCounts }) => ({ requests, counts: Object.fromEntries(requestCounts) }),
};
