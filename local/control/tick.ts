import { z } from 'zod';
import { ApiError } from '../core/api-error.ts';
import type { ApiMethod } from '../core/api-method.ts';
import { parseMessage } from '../core/proto-json.ts';
import { publish } from '../services/pubsub/delivery/backlog.ts';
import {
  existingTopic,
  topicNameIn,
} from '../services/pubsub/subscriptions/subscription-resource.ts';
import type { State } from '../state/state.ts';

const Body = z.looseObject({ topic: z.string().optional() });

/** Publishes the body, `{}` by default, as Cloud Scheduler would: to the `topic` it names, else to the one topic called hopmint-tick. */
export const tick: ApiMethod = {
  api: 'local',
  name: 'tick',
  httpMethod: 'POST',
  path: '/_local/tick',
  anonymous: true,
  run(state, { body }) {
    const { topic: named, ...data } = parseMessage(Body, body);
    const topic = named ? existingTopic(state, topicNameIn(state, named)).name : onlyTick(state);
    const message = { data: Buffer.from(JSON.stringify(data)).toString('base64'), attributes: {} };
    return { topic, messageIds: publish(state, topic, [message]) };
  },
};

function onlyTick(state: State): string {
  const topics = [...state.topics.keys()].filter((name) => name.endsWith('/topics/hopmint-tick'));
  const [topic] = topics;
  if (topic === undefined) throw new ApiError('NOT_FOUND', 'No topic is called hopmint-tick.');
  if (topics.length > 1)
    throw new ApiError(
      'INVALID_ARGUMENT',
      `Name one topic, as in {"topic": "${topic}"}: several are called hopmint-tick.`,
    );
  return topic;
}
