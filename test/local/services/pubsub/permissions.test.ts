import { base64, PROJECT } from '../../project-cloud.ts';
import { openTopicCloud, SUBSCRIPTION, TOPIC, type TopicCloud } from './topic-cloud.ts';

let topicCloud: TopicCloud;
beforeEach(async () => {
  topicCloud = await openTopicCloud();
});
afterEach(() => topicCloud.close());

const TOPICS = `/v1/projects/${PROJECT}/topics`;
const SUBSCRIPTIONS = `/v1/projects/${PROJECT}/subscriptions`;
const messages = [{ data: base64('x') }];

describe('The permission', () => {
  it.each<{ permission: string; method: string; path: string; body?: object }>([
    { permission: 'pubsub.topics.create', method: 'PUT', path: `${TOPICS}/new`, body: {} },
    { permission: 'pubsub.topics.get', method: 'GET', path: TOPIC },
    { permission: 'pubsub.topics.list', method: 'GET', path: TOPICS },
    {
      permission: 'pubsub.topics.publish',
      method: 'POST',
      path: `${TOPIC}:publish`,
      body: { messages },
    },
    { permission: 'pubsub.topics.delete', method: 'DELETE', path: TOPIC },
    { permission: 'pubsub.topics.getIamPolicy', method: 'GET', path: `${TOPIC}:getIamPolicy` },
    {
      permission: 'pubsub.topics.setIamPolicy',
      method: 'POST',
      path: `${TOPIC}:setIamPolicy`,
      body: { policy: {} },
    },
    { permission: 'pubsub.subscriptions.get', method: 'GET', path: SUBSCRIPTION },
    { permission: 'pubsub.subscriptions.list', method: 'GET', path: SUBSCRIPTIONS },
    {
      permission: 'pubsub.subscriptions.update',
      method: 'POST',
      path: `${SUBSCRIPTION}:modifyPushConfig`,
      body: {},
    },
    { permission: 'pubsub.subscriptions.delete', method: 'DELETE', path: SUBSCRIPTION },
    {
      permission: 'pubsub.subscriptions.consume',
      method: 'POST',
      path: `${SUBSCRIPTION}:pull`,
      body: { maxMessages: 1 },
    },
    {
      permission: 'pubsub.subscriptions.getIamPolicy',
      method: 'GET',
      path: `${SUBSCRIPTION}:getIamPolicy`,
    },
    {
      permission: 'pubsub.subscriptions.setIamPolicy',
      method: 'POST',
      path: `${SUBSCRIPTION}:setIamPolicy`,
      body: { policy: {} },
    },
  ])('$permission is needed and enough for $method $path', async (row) => {
    const { cloud, subscribe } = topicCloud;
    await subscribe({ pushConfig: {} });
    const call = () => cloud.as('ada')(row.method, row.path, row.body);
    expect((await call()).status).toBe(403);
    cloud.grantOnly([row.permission], 'ada');
    expect((await call()).status).toBe(200);
  });
});
