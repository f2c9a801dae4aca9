import { SecretManagerServiceClient } from '@google-cloud/secret-manager';
import { GoogleAuth } from 'google-auth-library';

/** One rotation. Accounts are emails. */
export type Job = {
  readonly target: string;
  readonly delegates: readonly string[];
  readonly scopes: readonly string[];
  readonly secret: string;
};

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const resourceOf = (email: string) => `projects/-/serviceAccounts/${email}`;

/** Makes only the calls of a rotation, with the same clients as ours. It does not check, prove, log or retry anything. */
export function rotatorOf(cloud: string): (job: Job) => Promise<void> {
  const { hostname, port } = new URL(cloud);
  const auth = new GoogleAuth({ scopes: [SCOPE] });
  const secrets = new SecretManagerServiceClient({
    fallback: true,
    protocol: 'http',
    apiEndpoint: hostname,
    port: Number(port),
    auth,
  });

  return async ({ target, delegates, scopes, secret }) => {
    const [before] = await secrets.getSecret({ name: secret });

    const client = await auth.getClient();
    const headers = await client.getRequestHeaders();
    headers.set('content-type', 'application/json');
    const minted = await fetch(`${cloud}/v1/${resourceOf(target)}:generateAccessToken`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        delegates: delegates.map(resourceOf),
        scope: scopes,
        lifetime: '3600s',
      }),
    });
    const { accessToken, expireTime } = (await minted.json()) as {
      accessToken: string;
      expireTime: string;
    };

    const introspected = await fetch(`${cloud}/tokeninfo`, {
      method: 'POST',
      body: new URLSearchParams({ access_token: accessToken }),
    });
    await introspected.json();

    const [version] = await secrets.addSecretVersion({
      parent: secret,
      payload: { data: Buffer.from(accessToken) },
    });
    const number = Number(version.name?.split('/').at(-1));
    if (number > 2) {
      await secrets.destroySecretVersion({ name: `${secret}/versions/${number - 2}` });
    }
    await secrets.updateSecret({
      secret: {
        name: secret,
        etag: before.etag ?? '',
        annotations: { ...before.annotations, 'expires-at': expireTime },
      },
      updateMask: { paths: ['annotations'] },
    });
  };
}
