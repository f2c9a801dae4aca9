import { z } from 'zod';
import { ApiError } from '../../core/api-error.ts';
import { projectIdOf } from '../../core/projects.ts';
import { bytes, message, parseMessage, unsupported } from '../../core/proto-json.ts';
import type { Job } from '../../state/job.ts';
import type { State } from '../../state/state.ts';
import { parseTopicName } from '../pubsub/resource-names.ts';
import { parseSchedule } from './schedule.ts';
import { nextRun } from './scheduler.ts';

type Params = Readonly<Record<string, string>>;

const Target = message({
  topicName: z.string(),
  data: bytes.optional(),
  attributes: z.record(z.string(), z.string()).optional(),
}).refine(({ data, attributes }) => data?.length || Object.keys(attributes ?? {}).length > 0, {
  error: 'A Pub/Sub target must have data or attributes.',
});

/** The Job of a request. `retryConfig` is ignored: here an attempt fails only when the topic does not exist. */
const Body = message({
  name: z.string().optional(),
  description: z.string().optional(),
  schedule: z.string().refine((text) => parseSchedule(text) !== undefined, {
    error: 'Schedule or time zone is invalid.',
  }),
  timeZone: z
    .enum(['', 'UTC', 'Etc/UTC'], { error: 'The local cloud supports UTC only.' })
    .optional(),
  pubsubTarget: Target,
  retryConfig: z.unknown().optional(),
  attemptDeadline: z.unknown().optional(),
  httpTarget: unsupported,
  appEngineHttpTarget: unsupported,
});

export const projectName = (state: State, { project = '' }: Params): string =>
  `projects/${projectIdOf(state, project)}`;

export const jobName = (state: State, params: Params): string =>
  `${projectName(state, params)}/locations/${params.location}/jobs/${params.job}`;

export function existingJob(state: State, name: string): Job {
  const job = state.jobs.get(name);
  if (job) return job;
  throw new ApiError('NOT_FOUND', 'Job not found.');
}

/** Parses the job of a request. It first runs at the next time of its schedule. */
export function parseJob(state: State, params: Params, body: unknown): Job {
  const { name, description, schedule, timeZone, pubsubTarget } = parseMessage(Body, body);
  const { topicName, data, attributes } = pubsubTarget;
  const id = name?.split('/').at(-1) ?? state.nextMessageId();
  const topic = parseTopicName(state, topicName);
  if (!topic.startsWith(`${projectName(state, params)}/`))
    throw new ApiError('INVALID_ARGUMENT', 'The topic must be in the same project as the job.');
  return {
    name: jobName(state, { ...params, job: id }),
    ...(description && { description }),
    schedule,
    timeZone: timeZone || 'Etc/UTC',
    pubsubTarget: {
      topicName: topic,
      ...(data && { data: data.toString('base64') }),
      ...(attributes && { attributes }),
    },
    state: 'ENABLED',
    userUpdateTime: state.now().toISOString(),
    scheduleTime: nextRun({ schedule }, state.now()),
  };
}
