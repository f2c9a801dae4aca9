import { type Answer, PROJECT, statusOf } from '../../project-cloud.ts';
import {
  base64,
  type Mint,
  openMint,
  SUBSCRIPTION,
  subscription,
  TOPIC,
  topic,
  waitFor,
} from './topic-cloud.ts';

let mint: Mint;
let world: Mint['world'];
let owner: Mint['owner'];
let endpoint: Mint['endpoint'];
let publish: Mint['publish'];
let subscribe: Mint['subscribe'];
beforeEach(async () => {
  mint = await openMint();
  ({ world, owner, endpoint, publish, subscribe } = mint);
});
afterEach(() => mint.close());

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

  it('waits for the backoff from the deadline on, though nobody looked when that passed', async () => {
    await owner('DELETE', SUBSCRIPTION);
    const retryPolicy = { minimumBackoff: '5s', maximumBackoff: '60s' };
    await subscribe({ pushConfig: {}, ackDeadlineSeconds: 10, retryPolicy });
    await publish('one');
    await pull();
    world.state.advance(14);
    expect(await pull()).toEqual([]);
    world.state.advance(1);
    expect(await pull()).toHaveLength(1);
    world.state.advance(20); // 10 s of deadline, and twice the backoff
    expect(await pull()).toHaveLength(1);
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
        pushConfig: { pushEndpoint: `${endpoint.url}/work` },
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
      pushConfig: { pushEndpoint: `${endpoint.url}/late` },
    });
    await waitFor(() => endpoint.texts()[0] === 'waiting');
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
            pushEndpoint: endpoint.url,
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
