import { z } from 'zod';
import { authorize } from '../../authorization/authorize.ts';
import { accountResource, findAccount } from '../../core/accounts.ts';
import { ApiError } from '../../core/api-error.ts';
import type { Principal } from '../../core/principal.ts';
import { projectIdOf } from '../../core/projects.ts';
import { bytes, message, parseMessage, unsupported } from '../../core/proto-json.ts';
import { isZone } from '../../core/zone.ts';
import type { Job, HttpTarget as StoredRequest } from '../../state/job.ts';
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

const HttpTarget = message({
  uri: z.string().regex(/^https?:\/\//, 'Invalid URI.'),
  httpMethod: z.enum(['POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']).default('POST'),
  headers: z.record(z.string(), z.string()).optional(),
  body: bytes.optional(),
  oidcToken: message({
    serviceAccountEmail: z.string(),
    audience: z.string().exactOptional(),
  }).optional(),
  oauthToken: unsupported,
});

/** The Job of a request. `retryConfig` is ignored: here an attempt fails only when the topic does not exist. */
const Body = message({
  name: z.string().optional(),
  description: z.string().optional(),
  schedule: z.string().refine((text) => parseSchedule(text) !== undefined, {
    error: 'Schedule or time zone is invalid.',
  }),
  timeZone: z
    .string()
    .refine((zone) => zone === '' || isZone(zone), { error: 'Schedule or time zone is invalid.' })
    .optional(),
  pubsubTarget: Target.optional(),
  httpTarget: HttpTarget.optional(),
  retryConfig: z.unknown().optional(),
  attemptDeadline: z.unknown().optional(),
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
  const { name, description, schedule, ...job } = parseMessage(Body, body);
  const timeZone = job.timeZone || 'Etc/UTC';
  const id = name?.split('/').at(-1) ?? state.nextMessageId();
  if ((job.pubsubTarget === undefined) === (job.httpTarget === undefined)) {
    throw new ApiError('INVALID_ARGUMENT', 'Job must have exactly one target.');
  }
  return {
    name: jobName(state, { ...params, job: id }),
    ...(description && { description }),
    schedule,
    timeZone,
    ...(job.pubsubTarget && { pubsubTarget: parseTopic(state, params, job.pubsubTarget) }),
    ...(job.httpTarget && { httpTarget: parseRequest(job.httpTarget) }),
    state: 'ENABLED',
    userUpdateTime: state.now().toISOString(),
    scheduleTime: nextRun({ schedule, timeZone }, state.now()),
  };
}

function parseTopic(
  state: State,
  params: Params,
  { topicName, data, attributes }: z.infer<typeof Target>,
): NonNullable<Job['pubsubTarget']> {
  const topic = parseTopicName(state, topicName);
  if (!topic.startsWith(`${projectName(state, params)}/`)) {
    throw new ApiError('INVALID_ARGUMENT', 'The topic must be in the same project as the job.');
  }
  return {
    topicName: topic,
    ...(data && { data: data.toString('base64') }),
    ...(attributes && { attributes }),
  };
}

const parseRequest = ({
  uri,
  httpMethod,
  headers,
  body,
  oidcToken,
}: z.infer<typeof HttpTarget>): StoredRequest => ({
  uri,
  httpMethod,
  ...(headers && { headers }),
  ...(body && { body: body.toString('base64') }),
  ...(oidcToken && { oidcToken }),
});

/** The caller must be allowed to act as the account of the token. */
export function checkActAs(state: State, caller: Principal | undefined, { httpTarget }: Job): void {
  const email = httpTarget?.oidcToken?.serviceAccountEmail;
  if (email === undefined) return;
  const account = findAccount(state, email);
  const resource = account ? accountResource(account) : `projects/-/serviceAccounts/${email}`;
  authorize(state, caller, 'iam.serviceAccounts.actAs', resource);
}
