import { z } from 'zod';
import { ApiError } from '../../../core/api-error.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { message, unsupported } from '../../../core/proto-json.ts';
import type { Sink } from '../../../state/sink.ts';
import type { State } from '../../../state/state.ts';
import { FilterError } from '../filter/filter-error.ts';
import { parseFilter } from '../filter/parse-filter.ts';

/** The LogSink of a request. Only Pub/Sub is supported as a destination. */
export const SinkBody = message({
  name: z.string().default(''),
  resourceName: z.string().optional(),
  destination: z.string().default(''),
  filter: z.string().default(''),
  description: z.string().optional(),
  includeChildren: z.boolean().default(false),
  writerIdentity: z.string().optional(),
  createTime: z.string().optional(),
  updateTime: z.string().optional(),
  outputVersionFormat: z.string().optional(),
  disabled: unsupported,
  exclusions: unsupported,
  bigqueryOptions: unsupported,
  interceptChildren: unsupported,
});
export type SinkBody = z.output<typeof SinkBody>;

export const PARENTS = ['projects', 'folders', 'organizations'] as const;
export type ParentKind = (typeof PARENTS)[number];

/** @param id a project's ID or number; the number of a folder or an organization */
export const parentName = (state: State, kind: ParentKind, id: string): string =>
  `${kind}/${kind === 'projects' ? projectIdOf(state, id) : id}`;

/** The sink of a request, without its name and its account. @throws {ApiError} 400 for a destination or a filter that is not supported */
export function sinkSettingsOf(
  state: State,
  { destination, filter, includeChildren }: SinkBody,
): Pick<Sink, 'topic' | 'filter' | 'includeChildren'> {
  const [, project, topic] =
    /^pubsub\.googleapis\.com\/projects\/([^/]+)\/topics\/([^/]+)$/.exec(destination) ?? [];
  if (project === undefined || topic === undefined) {
    throw new ApiError('INVALID_ARGUMENT', `Unsupported or invalid destination: ${destination}.`);
  }
  try {
    parseFilter(filter);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new ApiError('INVALID_ARGUMENT', `Unparseable filter: ${error.message}.`);
  }
  return {
    topic: `projects/${projectIdOf(state, project)}/topics/${topic}`,
    filter,
    includeChildren,
  };
}

export function existingSink(state: State, name: string): Sink {
  const sink = state.sinks.get(name);
  if (sink) return sink;
  throw new ApiError('NOT_FOUND', `Sink ${name.split('/').at(-1)} does not exist`);
}

/** @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks#LogSink */
export const toSink = ({ name, topic, filter, includeChildren, writerIdentity }: Sink): object => ({
  name: name.split('/').at(-1),
  resourceName: name,
  destination: `pubsub.googleapis.com/${topic}`,
  ...(filter !== '' && { filter }),
  ...(includeChildren && { includeChildren }),
  writerIdentity,
});
