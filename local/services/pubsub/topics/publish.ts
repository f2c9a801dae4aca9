import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { bytes, message, parseMessage } from '../../../core/proto-json.ts';
import { MESSAGES } from '../audit.ts';
import { publish } from '../delivery/publish.ts';
import { topicName } from '../resource-names.ts';
import { existingTopic } from './topic-resource.ts';

/** @see https://cloud.google.com/pubsub/quotas#resource_limits */
const MAX_MESSAGES = 1000;
const MAX_BYTES = 10_000_000;
const MAX_ATTRIBUTES = 100;
const MAX_KEY_BYTES = 256;
const MAX_VALUE_BYTES = 1024;

const upTo = (max: number) =>
  z.string().refine((text) => Buffer.byteLength(text) <= max, {
    error: `An attribute is too long: the limit is ${max} bytes.`,
  });

const Message = message({
  data: bytes.default(Buffer.alloc(0)),
  attributes: z
    .record(upTo(MAX_KEY_BYTES), upTo(MAX_VALUE_BYTES))
    .refine((attributes) => Object.keys(attributes).length <= MAX_ATTRIBUTES, {
      error: `A message can have at most ${MAX_ATTRIBUTES} attributes.`,
    })
    .default({}),
  orderingKey: upTo(MAX_VALUE_BYTES).default(''),
  messageId: z.unknown().optional(),
  publishTime: z.unknown().optional(),
}).refine(({ data, attributes }) => data.length > 0 || Object.keys(attributes).length > 0, {
  error:
    'Some messages in the publish request are empty. Each message must contain either non-empty data, or at least one attribute.',
});

const Body = message({
  topic: z.unknown().optional(),
  messages: z
    .array(Message)
    .min(1)
    .max(MAX_MESSAGES, { error: `A request can have at most ${MAX_MESSAGES} messages.` }),
});

/** @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/publish */
export const publishMessages: ApiMethod = {
  api: 'pubsub',
  name: 'projects.topics.publish',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/topics/{topic}:publish',
  audit: MESSAGES,
  run(state, { params, body, rawBody, caller }) {
    const name = topicName(state, params);
    if (rawBody.length > MAX_BYTES * 1.4)
      // base64 encodes three bytes as four, and the request is JSON
      throw new ApiError(
        'INVALID_ARGUMENT',
        `Request payload size exceeds the limit: ${MAX_BYTES} bytes.`,
      );
    const { messages } = parseMessage(Body, body);
    authorize(state, caller, 'pubsub.topics.publish', name);
    existingTopic(state, name);
    const size = messages.reduce((sum, { data }) => sum + data.length, 0);
    if (size > MAX_BYTES)
      throw new ApiError(
        'INVALID_ARGUMENT',
        `Request payload size exceeds the limit: ${MAX_BYTES} bytes.`,
      );
    const encoded = messages.map(({ data, attributes, orderingKey }) => ({
      data: data.toString('base64'),
      attributes,
      ...(orderingKey !== '' && { orderingKey }),
    }));
    return { messageIds: publish(state, name, encoded) };
  },
};
