import { z } from 'zod';
import { authorize } from '../../../authorization/authorize.ts';
import { ApiError } from '../../../core/api-error.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { fieldMask, message, parseMessage } from '../../../core/proto-json.ts';
import { topicAudit } from '../audit.ts';
import { topicName } from '../resource-names.ts';
import { existingTopic, TopicBody, toTopic } from './topic-resource.ts';

const Body = message({ topic: TopicBody, updateMask: z.string().optional() });

/** Only labels can be changed: a topic has no other setting here. The body contains the mask. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/patch */
export const updateTopic: ApiMethod = {
  api: 'pubsub',
  name: 'projects.topics.patch',
  httpMethod: 'PATCH',
  path: '/v1/projects/{project}/topics/{topic}',
  audit: topicAudit('google.pubsub.v1.Publisher.UpdateTopic'),
  run(state, { params, query, body, caller }) {
    const name = topicName(state, params);
    const { topic: requested, updateMask } = parseMessage(Body, body);
    const mask = fieldMask(updateMask ?? query.get('updateMask'));
    if (mask.length === 0)
      throw new ApiError('INVALID_ARGUMENT', 'The update_mask must be set, and must name a field.');
    authorize(state, caller, 'pubsub.topics.update', name);
    const topic = existingTopic(state, name);
    const unknown = mask.find((path) => path !== 'labels');
    if (unknown !== undefined)
      throw new ApiError(
        'INVALID_ARGUMENT',
        `Invalid update_mask provided: ${unknown} cannot be updated.`,
      );
    return toTopic(Object.assign(topic, { labels: requested.labels }));
  },
};
