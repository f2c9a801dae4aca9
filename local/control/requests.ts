import type { ApiMethod } from '../core/api-method.ts';

/** Every call but those to `/_local/`: the newest, and how many each API has had. */
export const requests: ApiMethod = {
  api: 'local',
  name: 'requests',
  httpMethod: 'GET',
  path: '/_local/requests',
  anonymous: true,
  run: ({ requests, requestCounts }) => ({ requests, counts: Object.fromEntries(requestCounts) }),
};
