import { readFile } from 'node:fs/promises';
import { v1 } from '@google-cloud/pubsub';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { OAuth2Client } from 'google-auth-library';
import { startLocalCloud } from '../../local/cloud.ts';
import { API_METHODS } from '../../local/server/api-methods.ts';
import { NUMBER, openProjectCloud, type ProjectCloud } from './project-cloud.ts';

describe('Official clients:', () => {
  let cloud: ProjectCloud;
  beforeAll(async () => {
    cloud = await openProjectCloud();
  });
  afterAll(() => cloud.close());

  const optionsFor = (name: string) => {
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: cloud.token(name) });
    return {
      fallback: true,
      apiEndpoint: '127.0.0.1',
      port: cloud.port,
      protocol: 'http',
      authClient,
    } as const;
  };

  describe('The official client of Secret Manager, over REST,', () => {
    const name = 'projects/acme-ops/secrets/billing';
    let client: SecretManagerServiceClient;
    beforeAll(() => {
      client = new SecretManagerServiceClient(optionsFor('owner'));
    });
    afterAll(() => client.close());

    it('creates a secret and lists it by its label', async () => {
      const [secret] = await client.createSecret({
        parent: 'projects/acme-ops',
        secretId: 'billing',
        secret: { replication: { automatic: {} }, labels: { 'managed-by': 'hopmint' } },
      });
      expect(secret.name).toBe(`projects/${NUMBER}/secrets/billing`);
      const [listed] = await client.listSecrets({
        parent: 'projects/acme-ops',
        filter: 'labels.managed-by=hopmint',
      });
      expect(listed.map((found) => found.name)).toEqual([secret.name]);
    });

    it('adds versions and reads them by number, latest and alias', async () => {
      for (const text of ['one', 'two']) {
        const [version] = await client.addSecretVersion({
          parent: name,
          payload: { data: Buffer.from(text) },
        });
        expect(version.state).toBe('ENABLED');
      }
      const [before] = await client.getSecret({ name });
      const [after] = await client.updateSecret({
        secret: {
          name,
          etag: before.etag ?? '',
          annotations: { note: 'x' },
          versionAliases: { previous: 1 },
        },
        updateMask: { paths: ['annotations', 'version_aliases'] },
      });
      expect(after.versionAliases).toEqual({ previous: '1' });
      const read = async (version: string) => {
        const [{ payload }] = await client.accessSecretVersion({
          name: `${name}/versions/${version}`,
        });
        return Buffer.from(payload?.data ?? '').toString();
      };
      expect(await Promise.all(['1', 'latest', 'previous'].map(read))).toEqual([
        'one',
        'two',
        'one',
      ]);
    });

    it('destroys a version, and then gets an error that names the state', async () => {
      const version = `${name}/versions/2`;
      await client.destroySecretVersion({ name: version });
      const failedPrecondition = { code: 9, message: expect.stringContaining('DESTROYED state') };
      await expect(client.accessSecretVersion({ name: version })).rejects.toMatchObject(
        failedPrecondition,
      );
      const [versions] = await client.listSecretVersions({ parent: name });
      expect(versions.map(({ state }) => state)).toEqual(['DESTROYED', 'ENABLED']);
    });

    it('reads and writes a policy, and gets an error without a grant', async () => {
      const [policy] = await client.getIamPolicy({ resource: name });
      await client.setIamPolicy({
        resource: name,
        policy: {
          ...policy,
          bindings: [{ role: 'roles/secretmanager.viewer', members: ['user:ada@acme.com'] }],
        },
      });
      const ada = new SecretManagerServiceClient(optionsFor('ada'));
      const [secret] = await ada.getSecret({ name });
      expect(secret.annotations).toEqual({ note: 'x' });
      await expect(ada.accessSecretVersion({ name: `${name}/versions/1` })).rejects.toMatchObject({
        code: 7,
        reason: 'IAM_PERMISSION_DENIED',
      });
      await ada.close();
    });
  });

  describe('The official client of Pub/Sub, over REST,', () => {
    const topic = 'projects/acme-ops/topics/mint';
    const subscription = 'projects/acme-ops/subscriptions/pull-mint';

    it('creates a topic, publishes a batch, and pulls and acknowledges it', async () => {
      const publisher = new v1.PublisherClient(optionsFor('owner'));
      const subscriber = new v1.SubscriberClient(optionsFor('owner'));
      await publisher.createTopic({ name: topic });
      await subscriber.createSubscription({
        name: subscription,
        topic,
        ackDeadlineSeconds: 20,
        retryPolicy: { minimumBackoff: { seconds: 1 }, maximumBackoff: { seconds: 5 } },
      });
      const [{ messageIds }] = await publisher.publish({
        topic,
        messages: [
          { data: Buffer.from('one'), attributes: { chain: 'billing' } },
          { data: Buffer.from('two') },
        ],
      });
      const [{ receivedMessages }] = await subscriber.pull({ subscription, maxMessages: 10 });
      expect(receivedMessages).toMatchObject([
        { message: { messageId: messageIds?.[0], attributes: { chain: 'billing' } } },
        { message: { messageId: messageIds?.[1], data: Buffer.from('two') } },
      ]);
      const ackIds = receivedMessages?.map(({ ackId }) => ackId ?? '') ?? [];
      await subscriber.acknowledge({ subscription, ackIds });
      cloud.state.advance(20);
      const [{ receivedMessages: again }] = await subscriber.pull({
        subscription,
        maxMessages: 10,
      });
      expect(again).toEqual([]);
      await Promise.all([publisher.close(), subscriber.close()]);
    });

    it('may publish only after the policy of the topic grants it', async () => {
      const publisher = new v1.PublisherClient(optionsFor('ada'));
      const publish = () => publisher.publish({ topic, messages: [{ data: Buffer.from('x') }] });
      await expect(publish()).rejects.toMatchObject({ code: 7 });
      cloud.grant(topic, 'roles/pubsub.publisher', 'ada');
      await expect(publish()).resolves.toMatchObject([
        { messageIds: [expect.any(String)] },
        {},
        {},
      ]);
      await publisher.close();
    });
  });
});

describe('startLocalCloud', () => {
  it('starts within 100 ms, because each key is generated at its first use', async () => {
    const started = performance.now();
    const cloud = await startLocalCloud();
    const took = performance.now() - started;
    await cloud.close();
    expect(cloud.state.signingKeys.size).toBe(0);
    expect(took).toBeLessThan(100);
  });
});

/** Each route in the tables, as in `iam roles.get GET /v1/roles/{role}`. */
async function documentedRoutes(): Promise<string[]> {
  const text = await readFile(new URL('../../docs/local-cloud.md', import.meta.url), 'utf8');
  const [, tables = ''] = text.split('\n## Every method\n');
  return tables.split('\n### ').flatMap((section) => {
    const [api = '', ...lines] = section.split('\n');
    return lines.flatMap((line) => {
      const [, method = '', routes = ''] = line.split('|').map((cell) => cell.trim());
      return [...routes.matchAll(/`([A-Z]+ [^`]+)`/g)].map(
        ([, route]) => `${api} ${method} ${route}`,
      );
    });
  });
}

describe('docs/local-cloud.md', () => {
  it('lists every route of every method once, and no other route', async () => {
    const served = API_METHODS.map(
      ({ api, name, httpMethod, path }) => `${api} ${name} ${httpMethod} ${path}`,
    );
    expect((await documentedRoutes()).toSorted()).toEqual(served.toSorted());
  });
});
