import { authorize } from '../../../authorization/authorize.ts';
import type { ApiMethod } from '../../../core/api-method.ts';
import { projectIdOf } from '../../../core/projects.ts';
import { parseMessage } from '../../../core/proto-json.ts';
import { topicAudit } from '../audit.ts';
import { alreadyExists } from '../resource-errors.ts';
import { checkResourceId, topicName } from '../resource-names.ts';
import { TopicBody, toTopic } from './topic-resource.ts';

/** A PUT. In most APIs create is a POST. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/create */
export const createTopic: ApiMethod = {
  api: 'pubsub',
  name: 'projects.topics.create',
  httpMethod: 'PUT',
  path: '/v1/projects/{project}/topics/{topic}',
  audit: topicAudit('google.pubsub.v1.Publisher.CreateTopic'),
  run(state, { params, body, caller }) {
    const { project = '', topic } = params;
    checkResourceId(topic);
    const { labels } = parseMessage(TopicBody, body);
    authorize(state, caller, 'pubsub.topics.create', `projects/${projectIdOf(state, project)}`);
    const name = topicName(state, params);
    if (state.topics.has(name)) alreadyExists('topic', name);
    const created = { name, labels };
    state.topics.set(name, created);
    return toTopic(created);
  },
};
