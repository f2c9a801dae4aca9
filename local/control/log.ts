import type { ApiMethod } from '../core/api-method.ts';
import { MAX_ENTRIES } from '../services/logging/write-entry.ts';

/** The newest entries of the audit log, oldest first. */
export const log: ApiMethod = {
  api: 'local',
  name: 'log',
  httpMethod: 'GET',
  path: '/_local/log',
  anonymous: true,
  run: (state) => ({ entries: state.log.slice(-MAX_ENTRIES) }),
};
