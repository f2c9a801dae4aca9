import {
  type ApiResponse,
  base64,
  codeOf,
  openProjectCloud,
  PROJECT,
  type ProjectCloud,
} from '../../project-cloud.ts';
import {
  openTopicCloud,
  SUBSCRIPTION,
  subscription,
  TOPIC,
  type TopicCloud,
  topic,
  waitFor,
} from './topic-cloud.ts';

describe('Topics:', () => {
  const TOPIC = `/v1/projects/${PROJECT}/topics/orders`;

  describe('A topic', () => {
    let cloud: ProjectCloud;
    beforeEach(async () => {
      cloud = await openProjectCloud();
      await cloud.as('owner')('PUT', TOPIC, { labels: { a: 'b' } });
    });
    afterEach(() => cloud.close());
    const labels = async () => (await cloud.as('owner')('GET', TOPIC)).body.labels;

    it('gets new labels', async () => {
      const body = { topic: { labels: { c: 'd' } }, updateMask: 'labels' };
      await cloud.as('owner')('PATCH', TOPIC, body);
      expect(await labels()).toEqual({ c: 'd' });
    });

    it.each([
      {
        situation: 'without a mask',
        caller: 'owner',
        body: { topic: { labels: {} } },
        code: 'INVALID_ARGUMENT',
      },
      {
        situation: 'in its name',
        caller: 'owner',
        body: { topic: {}, updateMask: 'name' },
        code: 'INVALID_ARGUMENT',
      },
      {
        situation: 'by a caller without the permission',
        caller: 'ada',
        body: { topic: {}, updateMask: 'labels' },
        code: 'PERMISSION_DENIED',
      },
    ])('is not updated $situation', async ({ caller, body, code }) => {
      expect(codeOf(await cloud.as(caller)('PATCH', TOPIC, body))).toBe(code);
      expect(await labels()).toEqual({ a: 'b' });
    });
  });
});

describe('Subscriptions:', () => {
  let topicCloud: TopicCloud;
  let owner: TopicCloud['owner'];
  let endpoint: TopicCloud['endpoint'];
  let publish: TopicCloud['publish'];
  let subscribe: TopicCloud['subscribe'];
  beforeEach(async () => {
    topicCloud = await openTopicCloud();
    ({ owner, endpoint, publish, subscribe } = topicCloud);
  });
  afterEach(() => topicCloud.close());

  const TOPICS = `/v1/projects/${PROJECT}/topics`;
  const UNKNOWN_TOPIC = `projects/${PROJECT}/topics/nope`;

  describe('A subscription', () => {
    it("is listed under its topic and in its project, with Google's defaults", async () => {
      await subscribe();
      expect((await owner('GET', TOPICS)).body).toEqual({ topics: [{ name: topic }] });
      expect((await owner('GET', `${TOPIC}/subscriptions`)).body).toEqual({
        subscriptions: [subscription],
      });
      const { body } = await owner('GET', `/v1/projects/${PROJECT}/subscriptions`);
      expect(body.subscriptions).toEqual([
        {
          name: subscription,
          topic,
          pushConfig: { pushEndpoint: `${endpoint.url}/work` },
          ackDeadlineSeconds: 10,
          messageRetentionDuration: '604800s',
          expirationPolicy: { ttl: '2678400s' },
          state: 'ACTIVE',
        },
      ]);
    });

    it('changes in the fields of the mask only', async () => {
      await subscribe({ pushConfig: {} });
      const { body } = await owner('PATCH', SUBSCRIPTION, {
        subscription: { ackDeadlineSeconds: 60, labels: { a: 'ignored' } },
        updateMask: 'ack_deadline_seconds',
      });
      expect(body).toMatchObject({ ackDeadlineSeconds: 60, pushConfig: {} });
      expect(body.labels).toBeUndefined();
    });

    it('pushes its waiting messages after modifyPushConfig', async () => {
      await subscribe({ pushConfig: {} });
      await publish('waiting');
      await owner('POST', `${SUBSCRIPTION}:modifyPushConfig`, {
        pushConfig: { pushEndpoint: `${endpoint.url}/late` },
      });
      await waitFor(() => endpoint.texts()[0] === 'waiting');
    });

    it('keeps its messages when its topic is deleted', async () => {
      await subscribe({ pushConfig: {} });
      await publish('kept');
      await owner('DELETE', TOPIC);
      expect((await owner('GET', SUBSCRIPTION)).body.topic).toBe('_deleted-topic_');
      const { body } = await owner('POST', `${SUBSCRIPTION}:pull`, { maxMessages: 1 });
      expect(body.receivedMessages).toHaveLength(1);
    });
  });

  type Refusal = {
    situation: string;
    status: number;
    code: string;
    call: () => Promise<ApiResponse>;
  };

  describe('Pub/Sub refuses', () => {
    const message = { data: base64('x') };
    const publishMessages = (...messages: object[]) =>
      owner('POST', `${TOPIC}:publish`, { messages });
    it.each<Refusal>([
      {
        situation: 'a second topic with the same ID',
        status: 409,
        code: 'ALREADY_EXISTS',
        call: () => owner('PUT', TOPIC, {}),
      },
      {
        situation: 'a topic ID of two letters',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => owner('PUT', `${TOPICS}/ab`, {}),
      },
      {
        situation: 'a topic ID that starts with goog',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => owner('PUT', `${TOPICS}/google`, {}),
      },
      {
        situation: 'a message to an unknown topic',
        status: 404,
        code: 'NOT_FOUND',
        call: () => owner('POST', `${TOPICS}/nope:publish`, { messages: [message] }),
      },
      {
        situation: 'an empty message',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => publishMessages({}),
      },
      {
        situation: 'a request without messages',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => publishMessages(),
      },
      {
        situation: '1,001 messages in one request',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => publishMessages(...Array(1001).fill(message)),
      },
      {
        situation: 'more than 10 MB',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => publish('x'.repeat(10_000_001)),
      },
      {
        situation: 'an attribute of more than 1,024 bytes',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => publishMessages({ attributes: { a: 'x'.repeat(1025) } }),
      },
      {
        situation: 'a subscription to an unknown topic',
        status: 404,
        code: 'NOT_FOUND',
        call: () => subscribe({ topic: UNKNOWN_TOPIC }),
      },
      {
        situation: 'a push endpoint that is not a URL',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => subscribe({ pushConfig: { pushEndpoint: 'work' } }),
      },
      {
        situation: 'an acknowledgement deadline of 5 s',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => subscribe({ ackDeadlineSeconds: 5 }),
      },
      {
        situation: 'a maximum of 4 delivery attempts',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () =>
          subscribe({ deadLetterPolicy: { deadLetterTopic: topic, maxDeliveryAttempts: 4 } }),
      },
      {
        situation: 'an unknown dead-letter topic',
        status: 404,
        code: 'NOT_FOUND',
        call: () => subscribe({ deadLetterPolicy: { deadLetterTopic: UNKNOWN_TOPIC } }),
      },
      {
        situation: 'a filter that is malformed',
        status: 400,
        code: 'INVALID_ARGUMENT',
        call: () => subscribe({ filter: 'attributes.a = b' }),
      },
      {
        situation: 'a pull from a push subscription',
        status: 400,
        code: 'FAILED_PRECONDITION',
        call: async () => {
          await subscribe();
          return owner('POST', `${SUBSCRIPTION}:pull`, { maxMessages: 1 });
        },
      },
      {
        situation: 'an OIDC token of an account that the caller may not act as',
        status: 403,
        code: 'PERMISSION_DENIED',
        call: () =>
          subscribe({
            pushConfig: {
              pushEndpoint: endpoint.url,
              oidcToken: { serviceAccountEmail: 'nobody@acme-ops.iam.gserviceaccount.com' },
            },
          }),
      },
    ])('$situation with $status $code', async ({ call, status, code }) => {
      const response = await call();
      expect([response.status, codeOf(response)]).toEqual([status, code]);
    });
  });
});

describe('Permissions:', () => {
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
});
