import {
  type ApiResponse,
  base64,
  type Caller,
  NUMBER,
  openProjectCloud,
  type ProjectCloud,
} from '../../project-cloud.ts';

export const SECRETS = '/v1/projects/acme-ops/secrets';
export const NAME = `projects/${NUMBER}/secrets/billing`;
export const automatic = { replication: { automatic: {} } };

export const textOf = ({ body }: ApiResponse) =>
  Buffer.from((body.payload as { data: string }).data, 'base64').toString();

export type SecretCloud = {
  cloud: ProjectCloud;
  owner: Caller;
  addVersion: (text: string) => Promise<ApiResponse>;
  access: (version: number | string) => Promise<ApiResponse>;
};

/** A cloud with one secret, `billing`. */
export async function openSecretCloud(): Promise<SecretCloud> {
  const cloud = await openProjectCloud();
  const owner = cloud.as('owner');
  await owner('POST', `${SECRETS}?secretId=billing`, {
    ...automatic,
    labels: { team: 'ops' },
    annotations: { note: 'kept' },
  });
  return {
    cloud,
    owner,
    addVersion: (text) =>
      owner('POST', `${SECRETS}/billing:addVersion`, { payload: { data: base64(text) } }),
    access: (version) => owner('GET', `${SECRETS}/billing/versions/${version}:access`),
  };
}
