import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';
import { parseFilter } from '../services/logging/filter/parse-filter.ts';
import { MAX_ENTRIES } from '../services/logging/write-entry.ts';

/** The newest entries of the audit log that match the `filter` in the query, oldest first. */
export const log: ApiMethod = {
  api: 'local',
  name: 'log',
  httpMethod: 'GET',
  path: '/_local/log',
  anonymous: true,
  run: (state, { query }) => ({
    entries: state.log.slice(-MAX_ENTRIES).filter(filterOf(query.get('filter') ?? '')),
  }),
};

function filterOf(text: string): ReturnType<typeof parseFilter> {
  try {
    return parseFilter(text);
  } catch (error) {
    throw new ApiError('INVALID_ARGUMENT', `Unparseable filter: ${(error as Error).message}.`);
  }
}
