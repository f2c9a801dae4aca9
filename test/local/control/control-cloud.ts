import { type ApiResponse, type Caller, openProjectCloud, PROJECT } from '../project-cloud.ts';

export const SECRETS = `/v1/projects/${PROJECT}/secrets`;
export const automatic = { replication: { automatic: {} } };

/** A project cloud with the secret `billing`. `control` calls `/_local/`. */
export async function openControlCloud() {
  const cloud = await openProjectCloud();
  const owner = cloud.as('owner');
  await owner('POST', `${SECRETS}?secretId=billing`, automatic);
  const control: Caller = (method, path, body) => owner(method, `/_local/${path}`, body);
  return { cloud, owner, control };
}

/** Makes calls one after another. */
export async function statusesOf(count: number, call: () => Promise<ApiResponse>) {
  const statuses: number[] = [];
  for (let i = 0; i < count; i++) statuses.push((await call()).status);
  return statuses;
}
