import type { Cloud } from '../../shared/cloud/cloud.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { type Hosts, type HttpResponse, hostsOf } from '../../shared/google/wire/http.ts';

/** Where a contract is tried: accounts that stay, a secret and a topic of its own that do not. */
export type Sandbox = {
  readonly cloud: Cloud;
  readonly project: string;
  /** Who asks. */
  readonly caller: string;
  /** The caller may go through the relay and nowhere else, and the relay may mint for the target. */
  readonly relay: string;
  readonly target: string;
  /** Nobody is granted anything on it. */
  readonly stranger: string;
  /** Labelled as ours, with the annotation `note: kept` and without a version. */
  readonly secret: string;
  readonly topic: string;
  close(): Promise<void>;
};

/**
 * Makes a secret and a topic under names that nobody has, as application default credentials, which must be the caller's.
 *
 * @param cloudUrl of a local cloud; none for Google
 */
export async function openSandbox(project: string, cloudUrl: string | undefined): Promise<Sandbox> {
  const hosts = hostsOf(cloudUrl);
  const cloud = googleCloud(hosts);
  const name = `hopmint-contract-${Date.now()}`;
  const secret = `projects/${project}/secrets/${name}`;
  const topic = `projects/${project}/topics/${name}`;
  const email = (account: string) =>
    `hopmint-contract-${account}@${project}.iam.gserviceaccount.com`;

  const ask = async (
    host: keyof Hosts,
    method: 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: object,
  ) => {
    const url = `${hosts[host]}/v1/${path}`;
    const signal = AbortSignal.timeout(30_000);
    done(path, await cloud.http({ method, url, signal, ...(body && { body }) }));
  };
  await ask('secretmanager', 'POST', `projects/${project}/secrets?secretId=${name}`, {
    replication: { automatic: {} },
    labels: { 'managed-by': 'hopmint' },
    annotations: { note: 'kept' },
  });
  await ask('pubsub', 'PUT', topic, {});
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
      const deletions = [ask('secretmanager', 'DELETE', secret), ask('pubsub', 'DELETE', topic)];
      await Promise.allSettled(deletions);
      await Promise.all(deletions);
    },
  };
}

function done(path: string, { status, text }: HttpResponse): void {
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
}
