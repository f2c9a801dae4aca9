import type { Hosts, Http } from './http.ts';
import type { Wire } from './wire.ts';

/** How many calls of one kind go out: so many at once, and then so many a minute. */
type Pace = { readonly perMinute: number; readonly burst: number };

/**
 * Of Secret Manager's 600 reads and 600 writes a minute and project, as others use them too.
 *
 * @see https://cloud.google.com/secret-manager/quotas
 */
const SECRET_MANAGER: Pace = { perMinute: 480, burst: 100 };

/** Beside rotations, which read a secret each: 126 a minute in a project that is full. */
const SECRET_MANAGER_BESIDE_ROTATIONS: Pace = { perMinute: 420, burst: 100 };

/** Of IAM's 6,000 reads a minute. @see https://cloud.google.com/iam/quotas */
const IAM: Pace = { perMinute: 5_400, burst: 540 };

/** HTTP that asks no faster than a quota lets it be answered. @param of what a call counts against, if anything */
function paced(
  http: Http,
  of: (call: Parameters<Http>[0]) => readonly [quota: string, pace: Pace] | undefined,
  { elapsedMs, wait }: Pick<Wire, 'elapsedMs' | 'wait'>,
): Http {
  /** When the calls so far would all have been answered, one after the other. */
  const busyUntil = new Map<string, number>();
  return async (call) => {
    const [quota, pace] = of(call) ?? [];
    if (quota !== undefined && pace) {
      const everyMs = 60_000 / pace.perMinute;
      const now = elapsedMs();
      const until = Math.max(busyUntil.get(quota) ?? 0, now) + everyMs;
      busyUntil.set(quota, until);
      const aheadMs = until - now - pace.burst * everyMs;
      // An abort is the call's own to tell.
      if (aheadMs > 0) await wait(aheadMs, call.signal).catch(() => undefined);
    }
    return http(call);
  };
}

const secretProjectOf = (url: string, hosts: Hosts): string | undefined =>
  url.startsWith(hosts.secretmanager) ? /\/projects\/[^/]+(?=\/secrets)/.exec(url)?.[0] : undefined;

/** For who plans: a plan of a thousand chains then takes minutes, and ends. */
export const pacedSecretManager = (
  http: Http,
  hosts: Hosts,
  wire: Pick<Wire, 'elapsedMs' | 'wait'>,
): Http =>
  paced(
    http,
    ({ method, url }) => {
      const project = secretProjectOf(url, hosts);
      return project === undefined
        ? undefined
        : [`${method === 'GET' ? 'read' : 'write'} ${project}`, SECRET_MANAGER];
    },
    wire,
  );

/** For who audits: faster, half of it would be refused, and rotations of the same projects with it. */
export const pacedReads = (
  http: Http,
  hosts: Hosts,
  wire: Pick<Wire, 'elapsedMs' | 'wait'>,
): Http =>
  paced(
    http,
    ({ url }) => {
      const project = secretProjectOf(url, hosts);
      if (project !== undefined) return [project, SECRET_MANAGER_BESIDE_ROTATIONS];
      return url.startsWith(`${hosts.iam}/v1/`) && /\/serviceAccounts\/|\/roles\//.test(url)
        ? ['iam', IAM]
        : undefined;
    },
    wire,
  );
