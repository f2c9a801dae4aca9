import { z } from 'zod';
import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';
import { publish } from '../services/pubsub/delivery/publish.ts';
import { parseTopicName } from '../services/pubsub/resource-names.ts';
import { existingTopic } from '../services/pubsub/topics/topic-resource.ts';
import type { State } from '../state/state.ts';

const Body = z.looseObject({ topic: z.string().optional() });

/**
 * Publishes the body as Cloud Scheduler would: to the `topic` in the body, or to the only topic with the ID hopmint-tick. An
 * empty body is published as `{}`.
 */
export const tick: ApiMethod = {
  api: 'local',
  name: 'tick',
  httpMethod: 'POST',
  path: '/_local/tick',
  anonymous: true,
  run(state, { body }) {
    const { topic: name, ...data } = parseMessage(Body, body);
    const topic = name ? existingTopic(state, parseTopicName(state, name)).name : tickTopic(state);
    const message = { data: Buffer.from(JSON.stringify(data)).toString('base64'), attributes: {} };
    return { topic, messageIds: publish(state, topic, [message]) };
  },
};

function tickTopic(state: State): string {
  const topics = [...state.topics.keys()].filter((name) => name.endsWith('/topics/hopmint-tick'));
  const [topic] = topics;
  if (topic === undefined) throw new ApiError('NOT_FOUND', 'No topic has the ID hopmint-tick.');
  if (topics.length > 1)
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Several topics have the ID hopmint-tick. Name one, as in {"topic": "${topic}"}.`,
    );
  return topic;
}
