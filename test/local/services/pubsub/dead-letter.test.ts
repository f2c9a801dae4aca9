import { NUMBER, PROJECT } from '../../project-cloud.ts';
import { base64, type Mint, openMint, subscription, TOPIC, waitFor } from './topic-cloud.ts';

let mint: Mint;
let world: Mint['world'];
let owner: Mint['owner'];
let endpoint: Mint['endpoint'];
let subscribe: Mint['subscribe'];
let pass: Mint['pass'];
beforeEach(async () => {
  mint = await openMint();
  ({ world, owner, endpoint, subscribe, pass } = mint);
});
afterEach(() => mint.close());

describe('A dead-letter policy', () => {
  const dead = `projects/${PROJECT}/topics/failed`;
  const agent = `serviceAccount:service-${NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com`;
  const failSixTimes = async () => {
    endpoint.answers = [500];
    await subscribe({ deadLetterPolicy: { deadLetterTopic: dead, maxDeliveryAttempts: 5 } });
    await owner('PUT', `/v1/projects/${PROJECT}/subscriptions/pull-failed`, { topic: dead });
    await owner('POST', `${TOPIC}:publish`, {
      messages: [{ data: base64('bad'), attributes: { chain: 'billing' } }],
    });
    await waitFor(() => endpoint.pushes.length === 1);
    await world.delivered();
    await pass(300, 60);
    const { body } = await owner('POST', `/v1/projects/${PROJECT}/subscriptions/pull-failed:pull`, {
      maxMessages: 10,
    });
    return (body.receivedMessages ?? []) as { message: { attributes: object } }[];
  };
  const allow = (resource: string, role: string) =>
    world.state.policies.set(resource, { bindings: [{ role, members: [agent] }] });

  beforeEach(async () => {
    await owner('PUT', `/v1/${dead}`, {});
    allow(dead, 'roles/pubsub.publisher');
    allow(subscription, 'roles/pubsub.subscriber');
  });

  it('counts the attempts in the body, and moves the message after the last', async () => {
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
    ['publish to the topic', dead],
    ['consume the subscription', subscription],
  ])('moves nothing while the service agent may not %s', async (_title, resource) => {
    world.state.policies.delete(resource);
    expect(await failSixTimes()).toEqual([]);
    expect(endpoint.pushes.length).toBeGreaterThan(5);
  });
});
