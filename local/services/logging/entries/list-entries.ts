import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { DATA_ACCESS } from '../../../core/audited.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { message, parseMessage } from '../../../core/proto-json.ts';
import { FilterError } from '../filter/filter-error.ts';
import { type LogFilter, parseFilter } from '../filter/parse-filter.ts';

const Body = message({
  resourceNames: z
    .array(z.string().regex(/^(projects|folders|organizations)\/[^/]+$/))
    .min(1)
    .max(100),
  filter: z.string().default(''),
  orderBy: z.enum(['timestamp asc', 'timestamp desc', '']).default(''),
  pageSize: z.int().min(1).max(1000).default(50),
  pageToken: z.literal('').default(''),
});

/** One page: the first entries in the order of `orderBy`. @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/entries/list */
export const listEntries: ApiMethod = {
  api: 'logging',
  name: 'entries.list',
  httpMethod: 'POST',
  path: '/v2/entries:list',
  audit: DATA_ACCESS,
  run(state, { body, caller }) {
    const { resourceNames, filter, orderBy, pageSize } = parseMessage(Body, body);
    const containers = resourceNames.map((name) =>
      name.replace(/^projects\/(.+)/, (_, id: string) => `projects/${projectIdOf(state, id)}`),
    );
    for (const name of containers) authorize(state, caller, 'logging.logEntries.list', name);
    const matches = parsed(filter);
    const entries = [...state.log, ...state.functionLog]
      .filter(
        (entry) => containers.includes(entry.logName.split('/logs/')[0] ?? '') && matches(entry),
      )
      .sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    if (orderBy === 'timestamp desc') entries.reverse();
    return entries.length > 0 ? { entries: entries.slice(0, pageSize) } : {};
  },
};

function parsed(filter: string): LogFilter {
  try {
    return parseFilter(filter);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new ApiError('INVALID_ARGUMENT', `Unparseable filter: ${error.message}.`);
  }
}
