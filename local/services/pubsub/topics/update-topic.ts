import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { fieldMask, message, parseMessage } from '../../../core/proto-json.ts';
import {
  existingTopic,
  TopicBody,
  topicName,
  toTopic,
} from '../subscriptions/subscription-resource.ts';

const Body = message({ topic: TopicBody, updateMask: z.string().optional() });

/** Labels: nothing else of a topic is kept. The mask is in the body. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/patch */
export const updateTopic: ApiMethod = {
  api: 'pubsub',
  name: 'projects.topics.patch',
  httpMethod: 'PATCH',
  path: '/v1/projects/{project}/topics/{topic}',
  run(state, { params, query, body, caller }) {
    const name = topicName(state, params);
    const { topic: asked, updateMask } = parseMessage(Body, body);
    const mask = fieldMask(updateMask ?? query.get('updateMask'));
    if (mask.length === 0)
      throw new ApiError('INVALID_ARGUMENT', 'The update_mask must be set, and must name a field.');
    authorize(state, caller, 'pubsub.topics.update', name);
    const topic = existingTopic(state, name);
    const other = mask.find((path) => path !== 'labels');
    if (other !== undefined)
      throw new ApiError(
        'INVALID_ARGUMENT',
        `Invalid update_mask provided: ${other} cannot be updated.`,
      );
    return toTopic(Object.assign(topic, { labels: asked.labels }));
  },
};
