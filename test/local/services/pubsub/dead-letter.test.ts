import { base64, NUMBER, PROJECT } from '../../project-cloud.ts';
import { openTopicCloud, subscription, TOPIC, type TopicCloud, waitFor } from './topic-cloud.ts';

let topicCloud: TopicCloud;
let cloud: TopicCloud['cloud'];
let owner: TopicCloud['owner'];
let endpoint: TopicCloud['endpoint'];
let subscribe: TopicCloud['subscribe'];
let pass: TopicCloud['pass'];
beforeEach(async () => {
  topicCloud = await openTopicCloud();
  ({ cloud, owner, endpoint, subscribe, pass } = topicCloud);
});
afterEach(() => topicCloud.close());

describe('A dead-letter policy', () => {
  const deadLetterTopic = `projects/${PROJECT}/topics/failed`;
  const agent = `serviceAccount:service-${NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com`;
  const failSixTimes = async () => {
    endpoint.statuses = [500];
    await subscribe({ deadLetterPolicy: { deadLetterTopic, maxDeliveryAttempts: 5 } });
    await owner('PUT', `/v1/projects/${PROJECT}/subscriptions/pull-failed`, {
      topic: deadLetterTopic,
    });
    await owner('POST', `${TOPIC}:publish`, {
      messages: [{ data: base64('bad'), attributes: { chain: 'billing' } }],
    });
    await waitFor(() => endpoint.pushes.length === 1);
    await cloud.delivered();
    await pass(300, 60);
    const { body } = await owner('POST', `/v1/projects/${PROJECT}/subscriptions/pull-failed:pull`, {
      maxMessages: 10,
    });
    return (body.receivedMessages ?? []) as { message: { attributes: object } }[];
  };
  const grantToAgent = (resource: string, role: string) =>
    cloud.state.policies.set(resource, { bindings: [{ role, members: [agent] }] });

  beforeEach(async () => {
    await owner('PUT', `/v1/${deadLetterTopic}`, {});
    grantToAgent(deadLetterTopic, 'roles/pubsub.publisher');
    grantToAgent(subscription, 'roles/pubsub.subscriber');
  });

  it('shows the attempt in each push, and moves the message after the last attempt', async () => {
    const received = await failSixTimes();
    expect(endpoint.pushes.map(({ body }) => body.deliveryAttempt)).toEqual([1, 2, 3, 4, 5]);
    expect(received.map(({ message }) => message)).toMatchObject([
      {
        data: base64('bad'),
        attributes: {
          chain: 'billing',
          CloudPubSubDeadLetterSourceDeliveryCount: '5',
          CloudPubSubDeadLetterSourceSubscription: 'push-mint',
          CloudPubSubDeadLetterSourceSubscriptionProject: PROJECT,
          CloudPubSubDeadLetterSourceTopicPublishTime: '2026-11-22T12:00:00.000Z',
        },
      },
    ]);
  });

  it.each([
    { permission: 'publish to the dead-letter topic', resource: deadLetterTopic },
    { permission: 'consume the subscription', resource: subscription },
  ])('moves no message while the service agent may not $permission', async ({ resource }) => {
    cloud.state.policies.delete(resource);
    expect(await failSixTimes()).toEqual([]);
    expect(endpoint.pushes.length).toBeGreaterThan(5);
  });
});
