import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import type { Result } from '../../shared/domain/basics/result.ts';
import type { ServiceAccount } from '../../shared/domain/iam/snapshot.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { type Hosts, hostsOf } from '../../shared/google/wire/http.ts';

/** A project with permanent accounts, and a secret and a topic that `close` deletes. */
export type Sandbox = {
  readonly cloud: Cloud;
  readonly project: string;
  /** The account that makes every call. */
  readonly caller: string;
  /** The caller may impersonate the relay and no other account. The relay may impersonate the target. */
  readonly relay: string;
  readonly target: string;
  /** An account that no other account may impersonate. */
  readonly stranger: string;
  /** Labelled as ours, with the annotation `note: kept`, without versions. */
  readonly secret: string;
  readonly topic: string;
  close(): Promise<void>;
};

/** The sandbox, and its target as the cloud describes it. Both are set before the first test runs. */
export type Opened = { readonly sandbox: Sandbox; readonly target: ServiceAccount };

/** For one call. */
export const deadline = (): AbortSignal => AbortSignal.timeout(60_000);

export function value<T>(result: Result<T, Failure>): T {
  if (!result.ok) throw new Error(`${result.error.reason}: ${result.error.detail}`);
  return result.value;
}

/**
 * Creates the secret and the topic, with the application default credentials. Those must belong to the caller.
 *
 * @param cloudUrl the URL of a local cloud; undefined for Google
 */
export async function openSandbox(project: string, cloudUrl: string | undefined): Promise<Sandbox> {
  const hosts = hostsOf(cloudUrl);
  const cloud = googleCloud(hosts, () => new Date());
  const name = `hopmint-contract-${Date.now()}`;
  const secret = `projects/${project}/secrets/${name}`;
  const topic = `projects/${project}/topics/${name}`;
  const email = (account: string) =>
    `hopmint-contract-${account}@${project}.iam.gserviceaccount.com`;

  const call = async (
    host: keyof Hosts,
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
  ) => {
    const url = `${hosts[host]}/v1/${path}`;
    const signal = AbortSignal.timeout(30_000);
    const { status, text } = await cloud.http({ method, url, signal, ...(body && { body }) });
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  };
  await call('secretmanager', 'POST', `projects/${project}/secrets?secretId=${name}`, {
    replication: { automatic: {} },
    labels: { 'managed-by': 'hopmint' },
    annotations: { note: 'kept' },
  });
  await call('pubsub', 'PUT', topic, {});
  return {
    cloud,
    project,
    caller: email('caller'),
    relay: email('relay'),
    target: email('target'),
    stranger: email('stranger'),
    secret,
    topic,
    async close() {
      const deletions = [call('secretmanager', 'DELETE', secret), call('pubsub', 'DELETE', topic)];
      await Promise.allSettled(deletions);
      await Promise.all(deletions);
    },
  };
}
