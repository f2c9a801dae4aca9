import { OAuth2Client } from 'google-auth-library';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import type { Objects } from '../../shared/cloud/objects.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';

const PUBLISHER = 'user:ada@acme.com';

/** A bucket with versioning in a local cloud, and the port of somebody who may do everything with it. */
export async function openBucket(
  options: { readonly now?: () => Date; readonly bucket?: string } = {},
): Promise<{ readonly local: LocalCloud; readonly objects: Objects }> {
  const { now, bucket = 'acme-chains' } = options;
  const bindings = [{ role: 'roles/storage.objectAdmin', members: [PUBLISHER] }];
  const local = await startLocalCloud({
    seed: {
      projects: [{ id: 'acme-ops' }],
      accounts: [],
      buckets: [{ name: bucket, project: 'acme-ops', versioning: true, policy: { bindings } }],
    },
    ...(now && { now }),
  });
  const answer = await fetch(`${local.url}/_local/token`, {
    method: 'POST',
    body: JSON.stringify({ account: PUBLISHER }),
  });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  const client = new OAuth2Client();
  client.setCredentials({ access_token: accessToken });
  const self = { identity: async () => client, email: async () => 'ada@acme.com' };
  return { local, objects: googleCloud(hostsOf(local.url), () => new Date(), self).objects };
}
