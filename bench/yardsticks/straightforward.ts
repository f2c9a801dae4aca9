import { type CloudEvent, cloudEvent, http } from '@google-cloud/functions-framework';
import { IAMCredentialsClient } from '@google-cloud/iam-credentials';
import { v1 } from '@google-cloud/pubsub';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { GoogleAuth } from 'google-auth-library';

// The functions as a developer would write them in an afternoon: all four clients of Google's loaded at the start, one call after
// the other, and no checks.

// REST, because the local cloud does not support gRPC, which is the default of the clients.
const { hostname, port } = new URL(process.env.CLOUD as string);
const options = {
  fallback: true,
  protocol: 'http',
  apiEndpoint: hostname,
  port: Number(port),
} as const;

const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
const iam = new IAMCredentialsClient(options);
const secrets = new SecretManagerServiceClient(options);
const publisher = new v1.PublisherClient(options);

type Pushed = CloudEvent<{ message: { data?: string } }>;
const jsonOf = (event: Pushed) =>
  JSON.parse(Buffer.from(event.data?.message.data ?? '', 'base64').toString() || '{}');

cloudEvent('fanout', async (_event: Pushed) => {
  const project = process.env.PROJECT;
  const [listed] = await secrets.listSecrets({
    parent: `projects/${project}`,
    filter: 'labels.managed-by=hopmint',
  });
  const messages = listed.map(({ name }) => ({
    data: Buffer.from(JSON.stringify({ secret: name })),
  }));
  await publisher.publish({ topic: `projects/${project}/topics/hopmint-mint`, messages });
});

cloudEvent('mint', async (event: Pushed) => {
  const { target, delegates, scopes, secret } = jsonOf(event);
  if (!target) return console.log('no target');
  const [{ accessToken }] = await iam.generateAccessToken({
    name: `projects/-/serviceAccounts/${target}`,
    delegates: delegates.map((email: string) => `projects/-/serviceAccounts/${email}`),
    scope: scopes,
    lifetime: { seconds: 3600 },
  });
  await secrets.addSecretVersion({
    parent: secret,
    payload: { data: Buffer.from(accessToken ?? '') },
  });
});

http('audit', async (request, response) => {
  const { account } = request.query;
  if (typeof account !== 'string') {
    response.status(404).send('which account?');
    return;
  }
  const { data } = await auth.request({
    url: `${process.env.CLOUD}/v1/projects/-/serviceAccounts/${account}:getIamPolicy`,
    method: 'POST',
  });
  response.json(data);
});
