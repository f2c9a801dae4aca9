import type { ApiMethod } from '../core/api-method.ts';

/** The newest calls, and the number of all calls by API. Calls of `/_local/` are left out. */
export const requests: ApiMethod = {
  api: 'local',
  name: 'requests',
  httpMethod: 'GET',
  path: '/_local/requests',
  anonymous: true,
  run: ({ requests, requestCounts }) => ({ requests, counts: Object.fromEntries(requestCounts) }),
};
