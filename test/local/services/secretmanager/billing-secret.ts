import { type Answer, NUMBER, openWorld, type World } from '../../project-cloud.ts';

export const SECRETS = '/v1/projects/acme-ops/secrets';
export const NAME = `projects/${NUMBER}/secrets/billing`;
export const automatic = { replication: { automatic: {} } };

export const base64 = (text: string) => Buffer.from(text).toString('base64');
export const textOf = ({ body }: Answer) =>
  Buffer.from((body.payload as { data: string }).data, 'base64').toString();

export type Billing = {
  world: World;
  owner: (method: string, path: string, body?: unknown) => Promise<Answer>;
  /** Adds a version. */
  add: (text: string) => Promise<Answer>;
  access: (version: number | string) => Promise<Answer>;
};

/** A world with one secret, `billing`. */
export async function openBilling(): Promise<Billing> {
  const world = await openWorld();
  const owner = world.as('owner');
  await owner('POST', `${SECRETS}?secretId=billing`, {
    ...automatic,
    labels: { team: 'ops' },
    annotations: { note: 'kept' },
  });
  return {
    world,
    owner,
    add: (text) =>
      owner('POST', `${SECRETS}/billing:addVersion`, { payload: { data: base64(text) } }),
    access: (version) => owner('GET', `${SECRETS}/billing/versions/${version}:access`),
  };
}
