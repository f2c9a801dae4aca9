import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { seedWorld } from '../../local/seed.ts';
import { type Answer, NUMBER, openWorld, PROJECT, type World } from './world.ts';

const TOPIC = `/v1/projects/${PROJECT}/topics/mint`;
const SUBSCRIPTION = `/v1/projects/${PROJECT}/subscriptions/push-mint`;
const topic = `projects/${PROJECT}/topics/mint`;
const subscription = `projects/${PROJECT}/subscriptions/push-mint`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

type Pushed = {
  url: string;
  headers: IncomingHttpHeaders;
  body: { message: { data: string; messageId: string }; deliveryAttempt?: number };
  at: Date;
};

let world: World;
let owner: (method: string, path: string, body?: unknown) => Promise<Answer>;
let endpoint: Server;
let endpointUrl: string;
let pushes: Pushed[];
/** Answers of the endpoint, the last for ever. `wait` answers never. */
let answers: (number | 'wait')[];

const statusOf = ({ body }: Answer) => (body.error as { status: string }).status;
const publish = (...texts: string[]) =>
  owner('POST', `${TOPIC}:publish`, { messages: texts.map((text) => ({ data: base64(text) })) });
const subscribe = (fields: object = {}, query = '') =>
  owner('PUT', SUBSCRIPTION, {
    topic,
    pushConfig: { pushEndpoint: `${endpointUrl}/work${query}` },
    ...fields,
  });
const texts = () => pushes.map(({ body }) => Buffer.from(body.message.data, 'base64').toString());
const waitFor = async (condition: () => boolean) => {
  const until = Date.now() + 3000;
  while (!condition() && Date.now() < until) await new Promise((next) => setTimeout(next, 2));
  expect(condition()).toBe(true);
};
/** Lets time pass on the local clock, in steps, and what is due be done in each. */
const pass = async (seconds: number, step = seconds) => {
  for (let passed = 0; passed < seconds; passed += step) {
    world.state.advance(step);
    await world.delivered();
  }
};

beforeEach(async () => {
  pushes = [];
  answers = [204];
  world = await openWorld();
  owner = world.as('owner');
  endpoint = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url = '', headers } = request;
    const body = JSON.parse(Buffer.concat(chunks).toString());
    pushes.push({ url, headers, body, at: world.state.now() });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer === 102) response.writeProcessing();
    else if (answer !== 'wait') response.writeHead(answer ?? 204).end('{}');
  });
  await new Promise<void>((ready) => endpoint.listen(0, '127.0.0.1', ready));
  endpointUrl = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
  await owner('PUT', TOPIC, {});
});
afterEach(async () => {
  await world.close();
  endpoint.closeAllConnections();
  await new Promise((closed) => endpoint.close(closed));
});

describe('A push', () => {
  it('has the body that Pub/Sub sends, with both spellings, and no attempt without a dead-letter policy', async () => {
    await subscribe();
    const { body } = await owner('POST', `${TOPIC}:publish`, {
      messages: [{ data: base64('{}'), attributes: { event: 'tick' } }],
    });
    await waitFor(() => pushes.length === 1);
    const [messageId] = body.messageIds as string[];
    const publishTime = '2026-11-22T12:00:00.000Z';
    expect(pushes[0]).toMatchObject({ url: '/work' });
    expect(pushes[0]?.headers).toMatchObject({ 'content-type': 'application/json' });
    expect(pushes[0]?.headers.authorization).toBeUndefined();
    expect(pushes[0]?.body).toEqual({
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

  it('is a CloudEvent in binary mode where Eventarc made the subscription', async () => {
    await subscribe({}, '?__GCP_CloudEventsMode=CE_PUBSUB_BINDING');
    const { body } = await publish('{}');
    await waitFor(() => pushes.length === 1);
    expect(pushes[0]?.headers).toMatchObject({
      'ce-id': (body.messageIds as string[])[0],
      'ce-source': `//pubsub.googleapis.com/${topic}`,
      'ce-specversion': '1.0',
      'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
      'ce-time': '2026-11-22T12:00:00.000Z',
      'content-type': 'application/json',
    });
    expect(pushes[0]?.body).toMatchObject({ subscription, message: { data: base64('{}') } });
  });

  it('carries an ID token that verifies against the published keys, for the endpoint', async () => {
    const email = 'pusher@acme-ops.iam.gserviceaccount.com';
    seedWorld(world.state, { accounts: [{ email, uniqueId: '100000000000000000009' }] });
    world.grant(`projects/${PROJECT}`, 'roles/iam.serviceAccountUser', 'owner');
    await subscribe({
      pushConfig: {
        pushEndpoint: `${endpointUrl}/work`,
        oidcToken: { serviceAccountEmail: email },
      },
    });
    await publish('{}');
    await waitFor(() => pushes.length === 1);
    const token = pushes[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
    const keys = createRemoteJWKSet(new URL(`${world.url}/oauth2/v3/certs`));
    const { payload } = await jwtVerify(token, keys, {
      issuer: 'https://accounts.google.com',
      audience: `${endpointUrl}/work`,
    });
    expect(payload).toMatchObject({ email, email_verified: true, sub: '100000000000000000009' });
  });

  it.each([102, 200, 201, 202, 204])('is acknowledged by %i', async (status) => {
    answers = [status];
    await subscribe();
    await publish('{}');
    await waitFor(() => pushes.length === 1);
    await world.delivered();
    await pass(3600, 600);
    expect(pushes).toHaveLength(1);
  });

  it.each([203, 301, 400, 403, 404, 429, 500, 503])('comes again after %i', async (status) => {
    answers = [status, 204];
    await subscribe();
    await publish('{}');
    await waitFor(() => pushes.length === 1);
    await world.delivered();
    await pass(1);
    expect(pushes.map(({ body }) => body.message.messageId)).toEqual([
      pushes[0]?.body.message.messageId,
      pushes[0]?.body.message.messageId,
    ]);
  });

  it('comes again when it is not answered within the deadline, in parallel with the first', async () => {
    answers = ['wait', 204];
    await subscribe({ ackDeadlineSeconds: 20 });
    await publish('{}');
    await waitFor(() => pushes.length === 1);
    world.state.advance(19);
    expect(pushes).toHaveLength(1);
    world.state.advance(1);
    world.state.advance(1);
    await waitFor(() => pushes.length === 2);
  });

  it('comes again when nobody listens, until somebody does', async () => {
    const port = Number(new URL(endpointUrl).port);
    await subscribe();
    await new Promise((closed) => endpoint.close(closed));
    await publish('{}');
    await world.delivered();
    await new Promise<void>((ready) => endpoint.listen(port, '127.0.0.1', ready));
    await pass(1);
    await waitFor(() => pushes.length === 1);
  });

  it('is one of at most 20 under way for a subscription', async () => {
    answers = ['wait'];
    await subscribe();
    await publish(...Array.from({ length: 30 }, (_, i) => String(i)));
    await waitFor(() => pushes.length === 20);
    await new Promise((later) => setTimeout(later, 30));
    expect(pushes).toHaveLength(20);
  });

  it('that failed keeps the whole subscription waiting, longer each time, and not another one', async () => {
    answers = [500];
    await subscribe();
    await publish('bad');
    await waitFor(() => pushes.length === 1);
    await world.delivered();
    await pass(10, 0.05);
    const first = pushes[0]?.at.getTime() ?? 0;
    const seconds = pushes.map(({ at }) => (at.getTime() - first) / 1000);
    expect(seconds.slice(0, 7).map((s) => Number(s.toFixed(2)))).toEqual([
      0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3,
    ]);

    answers = [204];
    pushes = [];
    await publish('good');
    await owner('PUT', `/v1/projects/${PROJECT}/subscriptions/other`, {
      topic,
      pushConfig: { pushEndpoint: `${endpointUrl}/other` },
    });
    await publish('both');
    await waitFor(() => pushes.length === 1);
    expect(pushes[0]?.url).toBe('/other');
    await pass(10);
    await waitFor(() => pushes.length === 4);
    expect(texts().sort()).toEqual(['bad', 'both', 'both', 'good']);
  });

  it('waits as its retry policy says, for itself', async () => {
    answers = [500];
    await subscribe({ retryPolicy: { minimumBackoff: '10s', maximumBackoff: '25s' } });
    await publish('{}');
    await waitFor(() => pushes.length === 1);
    await world.delivered();
    await pass(60, 1);
    const first = pushes[0]?.at.getTime() ?? 0;
    expect(pushes.map(({ at }) => (at.getTime() - first) / 1000)).toEqual([0, 10, 30, 55]);
  });

  it('is given up when the message is older than its retention', async () => {
    answers = [500];
    await subscribe({ messageRetentionDuration: '600s' });
    await publish('{}');
    await waitFor(() => pushes.length === 1);
    await world.delivered();
    await pass(601);
    expect(pushes).toHaveLength(1);
  });

  it('comes as often more as duplicates are asked for', async () => {
    world.state.settings.duplicateDeliveries = 2;
    await subscribe();
    await publish('{}');
    await pass(1);
    await waitFor(() => pushes.length === 3);
    expect(new Set(pushes.map(({ body }) => body.message.messageId)).size).toBe(1);
  });

  it('under way does not keep the cloud from closing', async () => {
    answers = ['wait'];
    await subscribe();
    await publish('{}');
    await waitFor(() => pushes.length === 1);
    await world.close();
    world = await openWorld();
  });
});

describe('A dead-letter policy', () => {
  const dead = `projects/${PROJECT}/topics/failed`;
  const agent = `serviceAccount:service-${NUMBER}@gcp-sa-pubsub.iam.gserviceaccount.com`;
  const failSixTimes = async () => {
    answers = [500];
    await subscribe({ deadLetterPolicy: { deadLetterTopic: dead, maxDeliveryAttempts: 5 } });
    await owner('PUT', `/v1/projects/${PROJECT}/subscriptions/pull-failed`, { topic: dead });
    await owner('POST', `${TOPIC}:publish`, {
      messages: [{ data: base64('bad'), attributes: { chain: 'billing' } }],
    });
    await waitFor(() => pushes.length === 1);
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
    expect(pushes.map(({ body }) => body.deliveryAttempt)).toEqual([1, 2, 3, 4, 5]);
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
    expect(pushes.length).toBeGreaterThan(5);
  });
});

describe('A pull', () => {
  const pull = async (maxMessages = 10) => {
    const { body } = await owner('POST', `${SUBSCRIPTION}:pull`, { maxMessages });
    return (body.receivedMessages ?? []) as { ackId: string; message: { data: string } }[];
  };
  beforeEach(() => subscribe({ pushConfig: {} }));

  it('gives each message once until its deadline, and no more once it is acknowledged', async () => {
    await publish('one', 'two');
    const first = await pull();
    expect(first.map(({ message }) => message.data)).toEqual([base64('one'), base64('two')]);
    expect(await pull()).toEqual([]);
    await owner('POST', `${SUBSCRIPTION}:acknowledge`, { ackIds: [first[0]?.ackId] });
    world.state.advance(10);
    expect((await pull()).map(({ message }) => message.data)).toEqual([base64('two')]);
  });

  it('is prolonged or given back by a change of the deadline', async () => {
    await publish('one');
    const [one] = await pull();
    const modify = (ackDeadlineSeconds: number) =>
      owner('POST', `${SUBSCRIPTION}:modifyAckDeadline`, {
        ackIds: [one?.ackId],
        ackDeadlineSeconds,
      });
    await modify(60);
    world.state.advance(59);
    expect(await pull()).toEqual([]);
    await modify(0);
    expect(await pull()).toHaveLength(1);
  });

  it('gets only what was published since the subscription was made', async () => {
    await owner('DELETE', SUBSCRIPTION);
    await publish('before');
    await subscribe({ pushConfig: {} });
    await publish('after');
    expect((await pull()).map(({ message }) => message.data)).toEqual([base64('after')]);
  });
});

describe('Topics and subscriptions', () => {
  it('are listed, with what is attached to a topic', async () => {
    await subscribe();
    expect((await owner('GET', `/v1/projects/${PROJECT}/topics`)).body).toEqual({
      topics: [{ name: topic }],
    });
    expect((await owner('GET', `${TOPIC}/subscriptions`)).body).toEqual({
      subscriptions: [subscription],
    });
    const { body } = await owner('GET', `/v1/projects/${PROJECT}/subscriptions`);
    expect(body.subscriptions).toEqual([
      {
        name: subscription,
        topic,
        pushConfig: { pushEndpoint: `${endpointUrl}/work` },
        ackDeadlineSeconds: 10,
        messageRetentionDuration: '604800s',
        expirationPolicy: { ttl: '2678400s' },
        state: 'ACTIVE',
      },
    ]);
  });

  it('change by mask, and by modifyPushConfig to pull and back', async () => {
    await subscribe({ pushConfig: {} });
    await publish('waiting');
    const patched = await owner('PATCH', SUBSCRIPTION, {
      subscription: { ackDeadlineSeconds: 60, labels: { a: 'ignored' } },
      updateMask: 'ack_deadline_seconds',
    });
    expect(patched.body).toMatchObject({ ackDeadlineSeconds: 60, pushConfig: {} });
    expect(patched.body.labels).toBeUndefined();
    await owner('POST', `${SUBSCRIPTION}:modifyPushConfig`, {
      pushConfig: { pushEndpoint: `${endpointUrl}/late` },
    });
    await waitFor(() => texts()[0] === 'waiting');
  });

  it('part when a topic is deleted: its subscription keeps what it holds', async () => {
    await subscribe({ pushConfig: {} });
    await publish('kept');
    await owner('DELETE', TOPIC);
    expect((await owner('GET', SUBSCRIPTION)).body.topic).toBe('_deleted-topic_');
    const { body } = await owner('POST', `${SUBSCRIPTION}:pull`, { maxMessages: 1 });
    expect(body.receivedMessages).toHaveLength(1);
  });

  const message = { data: base64('x') };
  const refusals: [title: string, call: () => Promise<Answer>, status: number, code: string][] = [
    ['a second topic of a name', () => owner('PUT', TOPIC, {}), 409, 'ALREADY_EXISTS'],
    [
      'a topic ID of two letters',
      () => owner('PUT', `/v1/projects/${PROJECT}/topics/ab`, {}),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'a topic ID that begins with goog',
      () => owner('PUT', `/v1/projects/${PROJECT}/topics/google`, {}),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'publishing to a topic that is not there',
      () => owner('POST', `/v1/projects/${PROJECT}/topics/nope:publish`, { messages: [message] }),
      404,
      'NOT_FOUND',
    ],
    [
      'a message with nothing in it',
      () => owner('POST', `${TOPIC}:publish`, { messages: [{}] }),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'no message',
      () => owner('POST', `${TOPIC}:publish`, { messages: [] }),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      '1,001 messages',
      () => owner('POST', `${TOPIC}:publish`, { messages: Array(1001).fill(message) }),
      400,
      'INVALID_ARGUMENT',
    ],
    ['over 10 MB', () => publish('x'.repeat(10_000_001)), 400, 'INVALID_ARGUMENT'],
    [
      'an attribute of over 1,024 bytes',
      () =>
        owner('POST', `${TOPIC}:publish`, { messages: [{ attributes: { a: 'x'.repeat(1025) } }] }),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'a subscription to a topic that is not there',
      () => subscribe({ topic: `projects/${PROJECT}/topics/nope` }),
      404,
      'NOT_FOUND',
    ],
    [
      'an endpoint that is no URL',
      () => subscribe({ pushConfig: { pushEndpoint: 'work' } }),
      400,
      'INVALID_ARGUMENT',
    ],
    ['a deadline of 5 s', () => subscribe({ ackDeadlineSeconds: 5 }), 400, 'INVALID_ARGUMENT'],
    [
      '4 delivery attempts',
      () => subscribe({ deadLetterPolicy: { deadLetterTopic: topic, maxDeliveryAttempts: 4 } }),
      400,
      'INVALID_ARGUMENT',
    ],
    [
      'a dead-letter topic that is not there',
      () => subscribe({ deadLetterPolicy: { deadLetterTopic: `projects/${PROJECT}/topics/nope` } }),
      404,
      'NOT_FOUND',
    ],
    ['a filter', () => subscribe({ filter: 'attributes.a = "b"' }), 400, 'INVALID_ARGUMENT'],
    [
      'a pull from a push subscription',
      async () => {
        await subscribe();
        return owner('POST', `${SUBSCRIPTION}:pull`, { maxMessages: 1 });
      },
      400,
      'FAILED_PRECONDITION',
    ],
    [
      'a token of an account one may not act as',
      () =>
        subscribe({
          pushConfig: {
            pushEndpoint: endpointUrl,
            oidcToken: { serviceAccountEmail: 'nobody@acme-ops.iam.gserviceaccount.com' },
          },
        }),
      403,
      'PERMISSION_DENIED',
    ],
  ];
  it.each(refusals)('are refused: %s', async (_title, call, status, code) => {
    const answer = await call();
    expect([answer.status, statusOf(answer)]).toEqual([status, code]);
  });

  const permissions: [
    permission: string,
    method: string,
    path: string,
    body: object | undefined,
  ][] = [
    ['pubsub.topics.create', 'PUT', `/v1/projects/${PROJECT}/topics/new`, {}],
    ['pubsub.topics.get', 'GET', TOPIC, undefined],
    ['pubsub.topics.list', 'GET', `/v1/projects/${PROJECT}/topics`, undefined],
    ['pubsub.topics.publish', 'POST', `${TOPIC}:publish`, { messages: [message] }],
    ['pubsub.topics.delete', 'DELETE', TOPIC, undefined],
    ['pubsub.topics.getIamPolicy', 'GET', `${TOPIC}:getIamPolicy`, undefined],
    ['pubsub.topics.setIamPolicy', 'POST', `${TOPIC}:setIamPolicy`, { policy: {} }],
    ['pubsub.subscriptions.get', 'GET', SUBSCRIPTION, undefined],
    ['pubsub.subscriptions.list', 'GET', `/v1/projects/${PROJECT}/subscriptions`, undefined],
    ['pubsub.subscriptions.update', 'POST', `${SUBSCRIPTION}:modifyPushConfig`, {}],
    ['pubsub.subscriptions.delete', 'DELETE', SUBSCRIPTION, undefined],
    ['pubsub.subscriptions.consume', 'POST', `${SUBSCRIPTION}:pull`, { maxMessages: 1 }],
    ['pubsub.subscriptions.getIamPolicy', 'GET', `${SUBSCRIPTION}:getIamPolicy`, undefined],
    ['pubsub.subscriptions.setIamPolicy', 'POST', `${SUBSCRIPTION}:setIamPolicy`, { policy: {} }],
  ];
  it.each(permissions)('ask for %s', async (permission, method, path, body) => {
    await subscribe({ pushConfig: {} });
    const ada = world.as('ada');
    expect((await ada(method, path, body)).status).toBe(403);
    const name = `projects/${PROJECT}/roles/only`;
    world.state.roles.set(name, { name, includedPermissions: [permission] });
    world.grant(`projects/${PROJECT}`, name, 'ada');
    expect((await ada(method, path, body)).status).toBe(200);
  });
});
