import { ApiError } from '../../core/api-error.ts';
import { projectIdOf } from '../../core/projects.ts';
import type { State } from '../../state/state.ts';

type Params = Readonly<Record<string, string>>;

/** @see https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names */
export function checkResourceId(id = ''): void {
  if (/^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/.test(id)) return;
  throw new ApiError('INVALID_ARGUMENT', `Invalid resource name given (name=${id}).`);
}

export const topicName = (state: State, { project = '', topic = '' }: Params): string =>
  `projects/${projectIdOf(state, project)}/topics/${topic}`;

export const subscriptionName = (
  state: State,
  { project = '', subscription = '' }: Params,
): string => `projects/${projectIdOf(state, project)}/subscriptions/${subscription}`;

/** The topic in a request's body, with the project's ID. @param name `projects/PROJECT/topics/TOPIC` */
export function parseTopicName(state: State, name: string): string {
  const [, project, topic] = /^projects\/([^/]+)\/topics\/([^/]+)$/.exec(name) ?? [];
  if (!project || !topic)
    throw new ApiError('INVALID_ARGUMENT', `Invalid topic name given (name=${name}).`);
  return topicName(state, { project, topic });
}
