import { z } from 'zod';
import type { Action } from '../core/action.ts';
import { parseMessage } from '../core/proto.ts';
import { Status } from '../core/status.ts';
import { publish } from '../services/pubsub/backlog.ts';
import { existingTopic, topicNameIn } from '../services/pubsub/pubsub.ts';
import type { State } from '../state/state.ts';

const Body = z.looseObject({ topic: z.string().optional() });

/** Publishes the body, `{}` by default, as Cloud Scheduler would: to the `topic` it names, else to the one topic called hopmint-tick. */
export const tick: Action = {
  api: 'local',
  method: 'tick',
  verb: 'POST',
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
  if (topic === undefined) throw new Status('NOT_FOUND', 'No topic is called hopmint-tick.');
  if (topics.length > 1)
    throw new Status(
      'INVALID_ARGUMENT',
      `Name one topic, as in {"topic": "${topic}"}: several are called hopmint-tick.`,
    );
  return topic;
}
