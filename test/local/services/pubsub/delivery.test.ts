import { createRemoteJWKSet, jwtVerify } from 'jose';
import { seedWorld } from '../../../../local/world/seed.ts';
import { base64, NUMBER, PROJECT } from '../../project-cloud.ts';
import {
  openTopicCloud,
  SUBSCRIPTION,
  subscription,
  TOPIC,
  type TopicCloud,
  topic,
  waitFor,
} from './topic-cloud.ts';

describe('Push:', () => {
  let topicCloud: TopicCloud;
  let cloud: TopicCloud['cloud'];
  let owner: TopicCloud['owner'];
  let endpoint: TopicCloud['endpoint'];
  let publish: TopicCloud['publish'];
  let subscribe: TopicCloud['subscribe'];
  let pass: TopicCloud['pass'];
  beforeEach(async () => {
    topicCloud = await openTopicCloud();
    ({ cloud, owner, endpoint, publish, subscribe, pass } = topicCloud);
  });
  afterEach(() => topicCloud.close());

  /** Publishes one message, and waits until it was pushed once. */
  async function publishAndWait(text = '{}') {
    const response = await publish(text);
    await waitFor(() => endpoint.pushes.length === 1);
    return response;
  }
  const secondsOfPushes = () => {
    const first = endpoint.pushes[0]?.at.getTime() ?? 0;
    return endpoint.pushes.map(({ at }) => Number(((at.getTime() - first) / 1000).toFixed(2)));
  };

  describe('A push', () => {
    it('has the body of Pub/Sub, with both spellings, and no attempt without a dead-letter policy', async () => {
      await subscribe();
      const { body } = await owner('POST', `${TOPIC}:publish`, {
        messages: [{ data: base64('{}'), attributes: { event: 'tick' } }],
      });
      await waitFor(() => endpoint.pushes.length === 1);
      const [messageId] = body.messageIds as string[];
      const publishTime = '2026-11-22T12:00:00.000Z';
      expect(endpoint.pushes[0]).toMatchObject({ url: '/work' });
      expect(endpoint.pushes[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
      expect(endpoint.pushes[0]?.headers.authorization).toBeUndefined();
      expect(endpoint.pushes[0]?.body).toEqual({
        subscription,
        message: {
          data: base64('{}'),
          attributes: { event: 'tick' },
          messageId,
          message_id: messageId,
          publishTime,
          publish_time: publishTime,
        },
      });
    });

    it('has an ID token for the endpoint that verifies against the published keys', async () => {
      const email = 'pusher@acme-ops.iam.gserviceaccount.com';
      seedWorld(cloud.state, { accounts: [{ email, uniqueId: '100000000000000000009' }] });
      cloud.grant(`projects/${PROJECT}`, 'roles/iam.serviceAccountUser', 'owner');
      await subscribe({
        pushConfig: {
          pushEndpoint: `${endpoint.url}/work`,
          oidcToken: { serviceAccountEmail: email },
        },
      });
      await publishAndWait();
      const token = endpoint.pushes[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
      const keys = createRemoteJWKSet(new URL(`${cloud.url}/oauth2/v3/certs`));
      const { payload } = await jwtVerify(token, keys, {
        issuer: 'https://accounts.google.com',
        audience: `${endpoint.url}/work`,
      });
      expect(payload).toMatchObject({ email, email_verified: true, sub: '100000000000000000009' });
    });

    it.each([102, 200, 201, 202, 204])('is acknowledged by status %i', async (status) => {
      endpoint.statuses = [status];
      await subscribe();
      await publishAndWait();
      await cloud.delivered();
      await pass(3600, 600);
      expect(endpoint.pushes).toHaveLength(1);
    });

    it.each([203, 301, 400, 403, 404, 429, 500, 503])(
      'is repeated after status %i',
      async (status) => {
        endpoint.statuses = [status, 204];
        await subscribe();
        await publishAndWait();
        await cloud.delivered();
        await pass(1);
        const [first, ...others] = endpoint.pushes.map(({ body }) => body.message.messageId);
        expect(others).toEqual([first]);
      },
    );

    it('is repeated after the deadline, while the first push still waits for its response', async () => {
      endpoint.statuses = ['never', 204];
      await subscribe({ ackDeadlineSeconds: 20 });
      await publishAndWait();
      cloud.state.advance(19);
      expect(endpoint.pushes).toHaveLength(1);
      cloud.state.advance(1);
      cloud.state.advance(1);
      await waitFor(() => endpoint.pushes.length === 2);
    });

    it('is repeated until the endpoint listens', async () => {
      await subscribe();
      await endpoint.close();
      await publish('{}');
      await cloud.delivered();
      await endpoint.listen();
      await pass(1);
      await waitFor(() => endpoint.pushes.length === 1);
    });

    it('is one of at most 20 concurrent pushes of a subscription', async () => {
      endpoint.statuses = ['never'];
      await subscribe();
      await publish(...Array.from({ length: 30 }, (_, i) => String(i)));
      await waitFor(() => endpoint.pushes.length === 20);
      await new Promise((later) => setTimeout(later, 30));
      expect(endpoint.pushes).toHaveLength(20);
    });

    it('that fails pauses its whole subscription, longer each time, and no other subscription', async () => {
      endpoint.statuses = [500];
      await subscribe();
      await publishAndWait('bad');
      await cloud.delivered();
      await pass(10, 0.05);
      expect(secondsOfPushes().slice(0, 7)).toEqual([0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3]);

      endpoint.statuses = [204];
      endpoint.pushes.length = 0;
      await publish('good');
      await owner('PUT', `/v1/projects/${PROJECT}/subscriptions/other`, {
        topic,
        pushConfig: { pushEndpoint: `${endpoint.url}/other` },
      });
      await publish('both');
      await waitFor(() => endpoint.pushes.length === 1);
      expect(endpoint.pushes[0]?.url).toBe('/other');
      await pass(10);
      await waitFor(() => endpoint.pushes.length === 4);
      expect(endpoint.texts().sort()).toEqual(['bad', 'both', 'both', 'good']);
    });

    it('is repeated after the backoff of the retry policy', async () => {
      endpoint.statuses = [500];
      await subscribe({ retryPolicy: { minimumBackoff: '10s', maximumBackoff: '25s' } });
      await publishAndWait();
      await cloud.delivered();
      await pass(60, 1);
      expect(secondsOfPushes()).toEqual([0, 10, 30, 55]);
    });

    it('is not repeated when the message is older than its retention', async () => {
      endpoint.statuses = [500];
      await subscribe({ messageRetentionDuration: '600s' });
      await publishAndWait();
      await cloud.delivered();
      await pass(601);
      expect(endpoint.pushes).toHaveLength(1);
    });

    it('arrives three times when the settings ask for two duplicates', async () => {
      cloud.state.settings.duplicateDeliveries = 2;
      await subscribe();
      await publish('{}');
      await pass(1);
      await waitFor(() => endpoint.pushes.length === 3);
      expect(new Set(endpoint.pushes.map(({ body }) => body.message.messageId)).size).toBe(1);
    });

    it('in progress does not delay the closing of the cloud', async () => {
      endpoint.statuses = ['never'];
      await subscribe();
      await publishAndWait();
      const started = performance.now();
      await cloud.close();
      expect(performance.now() - started).toBeLessThan(1000);
    });
  });
});

describe('Pull:', () => {
  let topicCloud: TopicCloud;
  let cloud: TopicCloud['cloud'];
  let owner: TopicCloud['owner'];
  let publish: TopicCloud['publish'];
  let subscribe: TopicCloud['subscribe'];
  beforeEach(async () => {
    topicCloud = await openTopicCloud();
    ({ cloud, owner, publish, subscribe } = topicCloud);
    await subscribe({ pushConfig: {} });
  });
  afterEach(() => topicCloud.close());

  describe('A pull', () => {
    const pull = async (maxMessages = 10) => {
      const { body } = await owner('POST', `${SUBSCRIPTION}:pull`, { maxMessages });
      return (body.receivedMessages ?? []) as { ackId: string; message: { data: string } }[];
    };

    it('returns each message once until its deadline, and never again after an acknowledgement', async () => {
      await publish('one', 'two');
      const first = await pull();
      expect(first.map(({ message }) => message.data)).toEqual([base64('one'), base64('two')]);
      expect(await pull()).toEqual([]);
      await owner('POST', `${SUBSCRIPTION}:acknowledge`, { ackIds: [first[0]?.ackId] });
      cloud.state.advance(10);
      expect((await pull()).map(({ message }) => message.data)).toEqual([base64('two')]);
    });

    it('counts the backoff from the deadline, even when the deadline passed between two pulls', async () => {
      await owner('DELETE', SUBSCRIPTION);
      const retryPolicy = { minimumBackoff: '5s', maximumBackoff: '60s' };
      await subscribe({ pushConfig: {}, ackDeadlineSeconds: 10, retryPolicy });
      await publish('one');
      await pull();
      cloud.state.advance(14);
      expect(await pull()).toEqual([]);
      cloud.state.advance(1);
      expect(await pull()).toHaveLength(1);
      cloud.state.advance(20); // 10 s until the deadline, and twice the backoff
      expect(await pull()).toHaveLength(1);
    });

    it('returns a message later or at once when its deadline is modified', async () => {
      await publish('one');
      const [one] = await pull();
      const modify = (ackDeadlineSeconds: number) =>
        owner('POST', `${SUBSCRIPTION}:modifyAckDeadline`, {
          ackIds: [one?.ackId],
          ackDeadlineSeconds,
        });
      await modify(60);
      cloud.state.advance(59);
      expect(await pull()).toEqual([]);
      await modify(0);
      expect(await pull()).toHaveLength(1);
    });

    it('returns only messages that were published after the subscription was created', async () => {
      await owner('DELETE', SUBSCRIPTION);
      await publish('before');
      await subscribe({ pushConfig: {} });
      await publish('after');
      expect((await pull()).map(({ message }) => message.data)).toEqual([base64('after')]);
    });
  });
});

describe('Dead letter:', () => {
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
      const { body } = await owner(
        'POST',
        `/v1/projects/${PROJECT}/subscriptions/pull-failed:pull`,
        {
          maxMessages: 10,
        },
      );
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
});
