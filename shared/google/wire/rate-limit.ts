import type { Hosts, Http } from './http.ts';
import type { Wire } from './wire.ts';

/** How fast calls of one kind may go out: `burst` calls at once, then `perMinute` calls a minute. */
type RateLimit = { readonly perMinute: number; readonly burst: number };

/**
 * Secret Manager allows 600 reads and 600 writes a minute in a project. We leave a part for others.
 *
 * @see https://cloud.google.com/secret-manager/quotas
 */
const SECRET_MANAGER: RateLimit = { perMinute: 480, burst: 100 };

/** A rotation reads the secret and lists its versions. */
const READS_PER_ROTATION = 2;

/** A chain file can plan at most so many rotations a minute in one project: 70 % of 540 writes, three for each. */
const PLANNED_AT_MOST = 126;

/** Never less, so that an audit ends. */
const LEAST_PER_MINUTE = 60;

/** An audit leaves a fifth of the quota for others, and room for the planned rotations. */
const duringRotations = (perMinute = PLANNED_AT_MOST): RateLimit => ({
  perMinute: Math.max(LEAST_PER_MINUTE, SECRET_MANAGER.perMinute - READS_PER_ROTATION * perMinute),
  burst: 100,
});

/** IAM allows 6,000 reads a minute. @see https://cloud.google.com/iam/quotas */
const IAM: RateLimit = { perMinute: 5_400, burst: 540 };

/**
 * The lists of Privileged Access Manager and of what runs in projects. Their quotas are for each project or for each user, and the lowest one
 * is 1,200 a minute.
 */
const LISTS: RateLimit = { perMinute: 1_000, burst: 200 };
const LIST =
  /\/entitlements(?:\/[^/]+\/grants)?\?|\/(?:services|jobs|functions|clusters)\?|\/aggregated\/instances\?/;

/**
 * HTTP calls that wait so that they stay within a quota.
 *
 * @param limitOf the quota that a call counts against and its limit, or `undefined` for a call without a limit
 */
function rateLimited(
  http: Http,
  limitOf: (call: Parameters<Http>[0]) => readonly [quota: string, limit: RateLimit] | undefined,
  { elapsedMs, wait }: Pick<Wire, 'elapsedMs' | 'wait'>,
): Http {
  /** For each quota, when the calls so far would be over if they went out at the limit, one after another. In milliseconds. */
  const busyUntil = new Map<string, number>();
  return async (call) => {
    const [quota, limit] = limitOf(call) ?? [];
    // A call that is not made uses no quota. Thousands of them would keep later calls waiting for minutes.
    if (quota !== undefined && limit && !call.signal.aborted) {
      const everyMs = 60_000 / limit.perMinute;
      const now = elapsedMs();
      const until = Math.max(busyUntil.get(quota) ?? 0, now) + everyMs;
      busyUntil.set(quota, until);
      const aheadMs = until - now - limit.burst * everyMs;
      // On an abort, let the call itself report it.
      if (aheadMs > 0) await wait(aheadMs, call.signal).catch(() => undefined);
    }
    return http(call);
  };
}

const secretProjectOf = (url: string, hosts: Hosts): string | undefined =>
  url.startsWith(hosts.secretmanager) ? /\/projects\/[^/]+(?=\/secrets)/.exec(url)?.[0] : undefined;

/** Limits the reads and writes of `plan` and `apply`, so that a plan of a thousand chains stays within Secret Manager's quota. */
export const limitSecretManager = (
  http: Http,
  hosts: Hosts,
  wire: Pick<Wire, 'elapsedMs' | 'wait'>,
): Http =>
  rateLimited(
    http,
    ({ method, url }) => {
      const project = secretProjectOf(url, hosts);
      return project === undefined
        ? undefined
        : [`${method === 'GET' ? 'read' : 'write'} ${project}`, SECRET_MANAGER];
    },
    wire,
  );

/**
 * Limits the reads of an audit. Without the limit, Google refuses half of them, and rotations in the same projects fail too.
 *
 * @param plannedIn the planned rotations a minute in a project; undefined if they are not known
 */
export const limitAuditReads = (
  http: Http,
  hosts: Hosts,
  wire: Pick<Wire, 'elapsedMs' | 'wait'>,
  plannedIn: (project: string) => number | undefined,
): Http =>
  rateLimited(
    http,
    ({ url }) => {
      const project = secretProjectOf(url, hosts);
      if (project !== undefined) {
        return [project, duringRotations(plannedIn(project.split('/')[2] ?? ''))];
      }
      if (url.startsWith(`${hosts.iam}/v1/`) && /\/serviceAccounts\/|\/roles\//.test(url)) {
        return ['iam', IAM];
      }
      const [list] = LIST.exec(url) ?? [];
      return list === undefined ? undefined : [list.replace(/\/[^/]+\/grants/, ''), LISTS];
    },
    wire,
  );
