import { createRemoteJWKSet, jwtVerify } from 'jose';
import { seedWorld } from '../../../../local/world/seed.ts';
import { PROJECT } from '../../project-cloud.ts';
import { base64, type Mint, openMint, subscription, TOPIC, topic, waitFor } from './topic-cloud.ts';

let mint: Mint;
let world: Mint['world'];
let owner: Mint['owner'];
let endpoint: Mint['endpoint'];
let publish: Mint['publish'];
let subscribe: Mint['subscribe'];
let pass: Mint['pass'];
beforeEach(async () => {
  mint = await openMint();
  ({ world, owner, endpoint, publish, subscribe, pass } = mint);
});
afterEach(() => mint.close());

describe('A push', () => {
  it('has the body that Pub/Sub sends, with both spellings, and no attempt without a dead-letter policy', async () => {
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

  it('is a CloudEvent in binary mode where Eventarc made the subscription', async () => {
    await subscribe({}, '?__GCP_CloudEventsMode=CE_PUBSUB_BINDING');
    const { body } = await publish('{}');
    await waitFor(() => endpoint.pushes.length === 1);
    expect(endpoint.pushes[0]?.headers).toMatchObject({
      'ce-id': (body.messageIds as string[])[0],
      'ce-source': `//pubsub.googleapis.com/${topic}`,
      'ce-specversion': '1.0',
      'ce-type': 'google.cloud.pubsub.topic.v1.messagePublished',
      'ce-time': '2026-11-22T12:00:00.000Z',
      'content-type': 'application/json',
    });
    expect(endpoint.pushes[0]?.body).toMatchObject({
      subscription,
      message: { data: base64('{}') },
    });
  });

  it('carries an ID token that verifies against the published keys, for the endpoint', async () => {
    const email = 'pusher@acme-ops.iam.gserviceaccount.com';
    seedWorld(world.state, { accounts: [{ email, uniqueId: '100000000000000000009' }] });
    world.grant(`projects/${PROJECT}`, 'roles/iam.serviceAccountUser', 'owner');
    await subscribe({
      pushConfig: {
        pushEndpoint: `${endpoint.url}/work`,
        oidcToken: { serviceAccountEmail: email },
      },
    });
    await publish('{}');
    await waitFor(() => endpoint.pushes.length === 1);
    const token = endpoint.pushes[0]?.headers.authorization?.replace('Bearer ', '') ?? '';
    const keys = createRemoteJWKSet(new URL(`${world.url}/oauth2/v3/certs`));
    const { payload } = await jwtVerify(token, keys, {
      issuer: 'https://accounts.google.com',
      audience: `${endpoint.url}/work`,
    });
    expect(payload).toMatchObject({ email, email_verified: true, sub: '100000000000000000009' });
  });

  it.each([102, 200, 201, 202, 204])('is acknowledged by %i', async (status) => {
    endpoint.answers = [status];
    await subscribe();
    await publish('{}');
    await waitFor(() => endpoint.pushes.length === 1);
    await world.delivered();
    await pass(3600, 600);
    expect(endpoint.pushes).toHaveLength(1);
  });

  it.each([203, 301, 400, 403, 404, 429, 500, 503])('comes again after %i', async (status) => {
    endpoint.answers = [status, 204];
    await subscribe();
    await publish('{}');
    await waitFor(() => endpoint.pushes.length === 1);
    await world.delivered();
    await pass(1);
    expect(endpoint.pushes.map(({ body }) => body.message.messageId)).toEqual([
      endpoint.pushes[0]?.body.message.messageId,
      endpoint.pushes[0]?.body.message.messageId,
    ]);
  });

  it('comes again when it is not answered within the deadline, in parallel with the first', async () => {
    endpoint.answers = ['wait', 204];
    await subscribe({ ackDeadlineSeconds: 20 });
    await publish('{}');
    await waitFor(() => endpoint.pushes.length === 1);
    world.state.advance(19);
    expect(endpoint.pushes).toHaveLength(1);
    world.state.advance(1);
    world.state.advance(1);
    await waitFor(() => endpoint.pushes.length === 2);
  });

  it('comes again when nobody listens, until somebody does', async () => {
    await subscribe();
    await endpoint.close();
    await publish('{}');
    await world.delivered();
    await endpoint.listen();
    await pass(1);
    await waitFor(() => endpoint.pushes.length === 1);
  });

  it('is one of at most 20 under way for a subscription', async () => {
    endpoint.answers = ['wait'];
    await subscribe();
    await publish(...Array.from({ length: 30 }, (_, i) => String(i)));
    await waitFor(() => endpoint.pushes.length === 20);
    await new Promise((later) => setTimeout(later, 30));
    expect(endpoint.pushes).toHaveLength(20);
  });

  it('that failed keeps the whole subscription waiting, longer each time, and not another one', async () => {
    endpoint.answers = [500];
    await subscribe();
    await publish('bad');
    await waitFor(() => endpoint.pushes.length === 1);
    await world.delivered();
    await pass(10, 0.05);
    const first = endpoint.pushes[0]?.at.getTime() ?? 0;
    const seconds = endpoint.pushes.map(({ at }) => (at.getTime() - first) / 1000);
    expect(seconds.slice(0, 7).map((s) => Number(s.toFixed(2)))).toEqual([
      0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3,
    ]);

    endpoint.answers = [204];
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

  it('waits as its retry policy says, for itself', async () => {
    endpoint.answers = [500];
    await subscribe({ retryPolicy: { minimumBackoff: '10s', maximumBackoff: '25s' } });
    await publish('{}');
    await waitFor(() => endpoint.pushes.length === 1);
    await world.delivered();
    await pass(60, 1);
    const first = endpoint.pushes[0]?.at.getTime() ?? 0;
    expect(endpoint.pushes.map(({ at }) => (at.getTime() - first) / 1000)).toEqual([0, 10, 30, 55]);
  });

  it('is given up when the message is older than its retention', async () => {
    endpoint.answers = [500];
    await subscribe({ messageRetentionDuration: '600s' });
    await publish('{}');
    await waitFor(() => endpoint.pushes.length === 1);
    await world.delivered();
    await pass(601);
    expect(endpoint.pushes).toHaveLength(1);
  });

  it('comes as often more as duplicates are asked for', async () => {
    world.state.settings.duplicateDeliveries = 2;
    await subscribe();
    await publish('{}');
    await pass(1);
    await waitFor(() => endpoint.pushes.length === 3);
    expect(new Set(endpoint.pushes.map(({ body }) => body.message.messageId)).size).toBe(1);
  });

  it('under way does not keep the cloud from closing', async () => {
    endpoint.answers = ['wait'];
    await subscribe();
    await publish('{}');
    await waitFor(() => endpoint.pushes.length === 1);
    const from = performance.now();
    await world.close();
    expect(performance.now() - from).toBeLessThan(1000);
  });
});
