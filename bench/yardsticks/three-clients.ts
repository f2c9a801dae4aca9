import { type CloudEvent, cloudEvent } from '@google-cloud/functions-framework';
import { v1 } from '@google-cloud/pubsub';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { GoogleAuth } from 'google-auth-library';

// Like `straightforward.ts`, but without the client for IAM Credentials, whose newest release brings a second copy of the packages
// that the others share. It is the fairer yardstick for a developer who calls that API without the client.

const { hostname, port } = new URL(process.env.CLOUD as string);
const options = {
  fallback: true,
  protocol: 'http',
  apiEndpoint: hostname,
  port: Number(port),
} as const;

const auth = new GoogleAuth({ scopes: ['https://www.googleapis.com/auth/cloud-platform'] });
const secrets = new SecretManagerServiceClient(options);
export const publisher = new v1.PublisherClient(options);

cloudEvent('mint', async (event: CloudEvent<{ message: { data?: string } }>) => {
  const data = Buffer.from(event.data?.message.data ?? '', 'base64').toString();
  const { target, delegates, scopes, secret } = JSON.parse(data || '{}');
  if (!target) return console.log('no target');
  const minted = await auth.request<{ accessToken: string }>({
    url: `${process.env.CLOUD}/v1/projects/-/serviceAccounts/${target}:generateAccessToken`,
    method: 'POST',
    data: {
      delegates: delegates.map((email: string) => `projects/-/serviceAccounts/${email}`),
      scope: scopes,
      lifetime: '3600s',
    },
  });
  await secrets.addSecretVersion({
    parent: secret,
    payload: { data: Buffer.from(minted.data.accessToken) },
  });
});
