import { v1 } from '@google-cloud/pubsub';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { OAuth2Client } from 'google-auth-library';
import { type LocalProcess, openLocal } from '../local-process.ts';

/** The status codes of gRPC. These clients use them for REST too. */
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const ALREADY_EXISTS = 6;
const PERMISSION_DENIED = 7;
const FAILED_PRECONDITION = 9;
const ABORTED = 10;
const UNAUTHENTICATED = 16;

let local: LocalProcess;
beforeAll(async () => {
  local = await openLocal();
});
afterAll(() => local.close());

const optionsFor = async (account: string) => {
  const authClient = new OAuth2Client();
  const { accessToken } = (await local.control('POST', 'token', { account })) as {
    accessToken: string;
  };
  authClient.setCredentials({ access_token: accessToken });
  return restFor(authClient);
};
const restFor = (authClient: OAuth2Client) =>
  ({
    fallback: true,
    apiEndpoint: '127.0.0.1',
    port: local.port,
    protocol: 'http',
    authClient,
  }) as const;

describe('@google-cloud/secret-manager over REST', () => {
  const parent = 'projects/acme-ops';
  const name = `${parent}/secrets/billing`;
  let client: SecretManagerServiceClient;
  let stranger: SecretManagerServiceClient;
  beforeAll(async () => {
    client = new SecretManagerServiceClient(await optionsFor('user:owner@acme.com'));
    stranger = new SecretManagerServiceClient(await optionsFor('user:ada@acme.com'));
    await client.createSecret({
      parent,
      secretId: 'billing',
      secret: { replication: { automatic: {} }, labels: { team: 'ops' } },
    });
  });
  afterAll(() => Promise.all([client.close(), stranger.close()]));

  it('reads all pages of a list', async () => {
    for (let i = 0; i < 5; i++) {
      await client.addSecretVersion({ parent: name, payload: { data: Buffer.from(`v${i}`) } });
    }
    const names: string[] = [];
    const pages = client.listSecretVersionsAsync({ parent: name, pageSize: 2 });
    for await (const { name: version } of pages) names.push(version?.split('/').at(-1) ?? '');
    expect(names).toEqual(['5', '4', '3', '2', '1']);
  });

  it('reads and writes int64 as strings, and field masks in either spelling', async () => {
    const [secret] = await client.updateSecret({
      secret: { name, versionAliases: { stable: 3 }, annotations: { note: 'x' } },
      updateMask: { paths: ['version_aliases', 'annotations'] },
    });
    expect(secret.versionAliases).toEqual({ stable: '3' });
    const [{ payload, name: read }] = await client.accessSecretVersion({
      name: `${name}/versions/stable`,
    });
    expect([read, String(payload?.data)]).toEqual([
      'projects/700000000001/secrets/billing/versions/3',
      'v2',
    ]);
    expect(payload?.dataCrc32c).toMatch(/^\d+$/);
  });

  it('reads and writes a policy under its etag', async () => {
    const binding = {
      role: 'roles/secretmanager.secretAccessor',
      members: ['user:ada@acme.com'],
      condition: { title: 'two', expression: 'resource.name.endsWith("/versions/2")' },
    };
    const [before] = await client.getIamPolicy({ resource: name });
    const policy = { version: 3, etag: before.etag ?? '', bindings: [binding] };
    const [after] = await client.setIamPolicy({ resource: name, policy });
    expect(after).toMatchObject({ version: 3, bindings: [binding] });
    const [{ payload }] = await stranger.accessSecretVersion({ name: `${name}/versions/2` });
    expect(String(payload?.data)).toBe('v1');
    await expect(client.setIamPolicy({ resource: name, policy })).rejects.toMatchObject({
      code: ABORTED,
    });
    const options = { requestedPolicyVersion: 1 };
    const [old] = await client.getIamPolicy({ resource: name, options });
    expect(old.bindings?.[0]?.role).toMatch(/^roles\/secretmanager\.secretAccessor_withcond_/);
    const [{ permissions }] = await stranger.testIamPermissions({
      resource: name,
      permissions: ['secretmanager.versions.access', 'secretmanager.secrets.get'],
    });
    expect(permissions).toEqual([]);
  });

  it.each([
    {
      situation: 'a secret does not exist',
      code: NOT_FOUND,
      call: () => client.getSecret({ name: `${parent}/secrets/nope` }),
    },
    {
      situation: 'a secret exists already',
      code: ALREADY_EXISTS,
      call: () =>
        client.createSecret({
          parent,
          secretId: 'billing',
          secret: { replication: { automatic: {} } },
        }),
    },
    {
      situation: 'the caller has no role',
      code: PERMISSION_DENIED,
      call: () => stranger.getSecret({ name }),
    },
    {
      situation: 'an etag is stale',
      code: FAILED_PRECONDITION,
      call: () =>
        client.updateSecret({
          secret: { name, etag: '"1"', labels: {} },
          updateMask: { paths: ['labels'] },
        }),
    },
    {
      situation: 'a payload does not match its checksum',
      code: INVALID_ARGUMENT,
      call: () =>
        client.addSecretVersion({
          parent: name,
          payload: { data: Buffer.from('x'), dataCrc32c: 1 },
        }),
    },
    {
      situation: 'the token is forged',
      code: UNAUTHENTICATED,
      call: async () => {
        const authClient = new OAuth2Client();
        authClient.setCredentials({ access_token: 'ya29.forged' });
        const forger = new SecretManagerServiceClient(restFor(authClient));
        return forger.getSecret({ name }).finally(() => forger.close());
      },
    },
  ])('rejects with code $code when $situation', async ({ code, call }) => {
    await expect(call()).rejects.toMatchObject({ code });
  });

  it('gives the reason and the permission of a denial', async () => {
    await expect(stranger.getSecret({ name })).rejects.toMatchObject({
      reason: 'IAM_PERMISSION_DENIED',
      domain: 'iam.googleapis.com',
      errorInfoMetadata: { permission: 'secretmanager.secrets.get' },
    });
  });
});

describe('@google-cloud/pubsub over REST', () => {
  const topic = 'projects/acme-ops/topics/orders';
  const subscription = 'projects/acme-ops/subscriptions/watched';
  let publisher: v1.PublisherClient;
  let subscriber: v1.SubscriberClient;
  beforeAll(async () => {
    const options = await optionsFor('user:owner@acme.com');
    publisher = new v1.PublisherClient(options);
    subscriber = new v1.SubscriberClient(options);
  });
  afterAll(() => Promise.all([publisher.close(), subscriber.close()]));

  it('publishes a batch in order, pulls it, and acknowledges', async () => {
    await subscriber.createSubscription({ name: subscription, topic, ackDeadlineSeconds: 30 });
    const texts = ['one', 'two', 'three'];
    const messages = texts.map((text) => ({
      data: Buffer.from(text),
      attributes: { size: String(text.length) },
    }));
    const [{ messageIds }] = await publisher.publish({ topic, messages });
    expect(new Set(messageIds).size).toBe(3);
    const [{ receivedMessages }] = await subscriber.pull({ subscription, maxMessages: 10 });
    expect(receivedMessages?.map(({ message }) => String(message?.data)).toSorted()).toEqual(
      texts.toSorted(),
    );
    const ackIds = receivedMessages?.map(({ ackId }) => ackId ?? '') ?? [];
    await subscriber.acknowledge({ subscription, ackIds });
    await local.control('POST', 'clock', { advanceSeconds: 60 });
    const [again] = await subscriber.pull({
      subscription,
      maxMessages: 10,
      returnImmediately: true,
    });
    expect(again.receivedMessages).toEqual([]);
  });

  it('rejects for a topic that does not exist', async () => {
    const nope = { topic: 'projects/acme-ops/topics/nope', messages: [{ data: Buffer.from('x') }] };
    await expect(publisher.publish(nope)).rejects.toMatchObject({ code: NOT_FOUND });
  });
});
