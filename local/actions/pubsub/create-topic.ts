import { z } from 'zod';
import type { Action } from '../../action.ts';
import { authorize } from '../../iam.ts';
import { projectIdOf } from '../../names.ts';
import { message, notKept, parseMessage } from '../../proto.ts';
import { alreadyExists, checkResourceId, topicName, toTopic } from '../../pubsub.ts';

const Body = message({
  name: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  state: z.unknown().optional(),
  messageRetentionDuration: notKept,
  messageStoragePolicy: notKept,
  messageTransforms: notKept,
  kmsKeyName: notKept,
  schemaSettings: notKept,
  satisfiesPzs: notKept,
  ingestionDataSourceSettings: notKept,
  tags: notKept,
});

/** PUT, unlike most. @see https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics/create */
export const createTopic: Action = {
  api: 'pubsub',
  method: 'projects.topics.create',
  verb: 'PUT',
  path: '/v1/projects/{project}/topics/{topic}',
  run(state, { params, body, caller }) {
    const { project = '', topic } = params;
    checkResourceId(topic);
    const { labels } = parseMessage(Body, body);
    authorize(state, caller, 'pubsub.topics.create', `projects/${projectIdOf(state, project)}`);
    const name = topicName(state, params);
    if (state.topics.has(name)) alreadyExists('topic', name);
    const created = { name, labels };
    state.topics.set(name, created);
    return toTopic(created);
  },
};
