import { IAMCredentialsClient } from '@google-cloud/iam-credentials';
import { v1 } from '@google-cloud/pubsub';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { OAuth2Client } from 'google-auth-library';

/**
 * Calls Google's clients, and prints what they return and which errors they throw as JSON. The arguments: `grpc` or `rest`, a port, a token, and the ID of
 * the secret and the topic to create.
 */
const [, , transport, port, accessToken = '', id = ''] = process.argv;

const authClient = new OAuth2Client();
authClient.setCredentials({ access_token: accessToken });
const options =
  transport === 'grpc'
    ? { apiEndpoint: 'localhost', port: Number(port), authClient }
    : {
        fallback: true as const,
        protocol: 'http',
        apiEndpoint: '127.0.0.1',
        port: Number(port),
        authClient,
      };
const secrets = new SecretManagerServiceClient(options);
const credentials = new IAMCredentialsClient(options as never);
const publisher = new v1.PublisherClient(options as never);
const subscriber = new v1.SubscriberClient(options as never);

const project = 'projects/acme-ops';
const secret = `${project}/secrets/${id}`;
const topic = `${project}/topics/${id}`;
const subscription = `${project}/subscriptions/${id}`;
const reader = 'projects/-/serviceAccounts/reader@acme-data.iam.gserviceaccount.com';
const delegates = ['relay', 'vault'].map(
  (name) => `projects/-/serviceAccounts/${name}@acme-ops.iam.gserviceaccount.com`,
);
const bytes = Buffer.from('payload');

const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  createSecret: () =>
    secrets.createSecret({
      parent: project,
      secretId: id,
      secret: { replication: { automatic: {} }, labels: { team: 'ops' } },
    }),
  addSecretVersion: () => secrets.addSecretVersion({ parent: secret, payload: { data: bytes } }),
  accessSecretVersion: () => secrets.accessSecretVersion({ name: `${secret}/versions/latest` }),
  async updateSecret() {
    const [{ etag = '' }] = await secrets.getSecret({ name: secret });
    return secrets.updateSecret({
      secret: {
        name: secret,
        etag: etag ?? '',
        annotations: { note: 'x' },
        versionAliases: { current: 1 },
      },
      updateMask: { paths: ['annotations', 'version_aliases'] },
    });
  },
  listSecrets: () => secrets.listSecrets({ parent: project, filter: `name:${id}` }),
  getIamPolicy: () =>
    secrets.getIamPolicy({ resource: secret, options: { requestedPolicyVersion: 3 } }),
  setIamPolicy: () =>
    secrets.setIamPolicy({
      resource: secret,
      policy: {
        version: 3,
        bindings: [
          {
            role: 'roles/secretmanager.viewer',
            members: ['user:ada@acme.com'],
            condition: { title: 'soon', expression: 'true' },
          },
        ],
      },
    }),
  destroySecretVersion: () => secrets.destroySecretVersion({ name: `${secret}/versions/1` }),
  unknownSecret: () => secrets.getSecret({ name: `${project}/secrets/none` }),
  destroyedVersion: () => secrets.accessSecretVersion({ name: `${secret}/versions/1` }),
  badName: () => secrets.createSecret({ parent: project, secretId: 'a b', secret: {} }),
  generateAccessToken: () =>
    credentials.generateAccessToken({
      name: reader,
      delegates,
      scope: ['https://www.googleapis.com/auth/cloud-platform'],
      lifetime: { seconds: 600 },
    }),
  generateIdToken: () =>
    credentials.generateIdToken({
      name: reader,
      delegates,
      audience: 'https://a.example',
      includeEmail: true,
    }),
  signJwt: () =>
    credentials.signJwt({
      name: reader,
      delegates,
      payload: JSON.stringify({ aud: 'https://a.example' }),
    }),
  signBlob: () => credentials.signBlob({ name: reader, delegates, payload: bytes }),
  withoutDelegates: () =>
    credentials.generateAccessToken({
      name: reader,
      scope: ['https://www.googleapis.com/auth/cloud-platform'],
    }),
  createTopic: () => publisher.createTopic({ name: topic, labels: { team: 'ops' } }),
  createSubscription: () =>
    subscriber.createSubscription({ name: subscription, topic, ackDeadlineSeconds: 20 }),
  publish: () => publisher.publish({ topic, messages: [{ data: bytes, attributes: { a: 'b' } }] }),
  pull: () => subscriber.pull({ subscription, maxMessages: 1 }),
  listTopicSubscriptions: () => publisher.listTopicSubscriptions({ topic }),
  deleteSubscription: () => subscriber.deleteSubscription({ subscription }),
  deleteTopic: () => publisher.deleteTopic({ topic }),
};

type GapicError = { code?: number; message?: string; reason?: string; errorInfoMetadata?: object };

const results: Record<string, unknown> = {};
for (const [name, call] of Object.entries(calls)) {
  try {
    [results[name]] = (await call()) as [unknown];
  } catch (error) {
    const { code, message, reason, errorInfoMetadata } = error as GapicError;
    results[name] = { error: { code, message, reason, errorInfoMetadata } };
  }
}
process.stdout.write(JSON.stringify(results));
process.exit(0);
