import type { Hosts, Http } from './http.ts';
import type { Wire } from './wire.ts';

/** Of Secret Manager's 600 reads and 600 writes a minute and project, as others use them too. @see https://cloud.google.com/secret-manager/quotas */
const PER_MINUTE = 480;

/** So many go at once, before calls are spaced. */
const BURST = 100;

/** HTTP that asks a project's Secret Manager no faster than its quota lets it answer: a plan of a thousand chains then takes minutes, and ends. */
export function pacedSecretManager(
  http: Http,
  hosts: Hosts,
  { elapsedMs, wait }: Pick<Wire, 'elapsedMs' | 'wait'>,
): Http {
  const everyMs = 60_000 / PER_MINUTE;
  /** When the calls so far would all have been answered, one after the other. */
  const busyUntil = new Map<string, number>();
  return async (call) => {
    const project = /\/projects\/[^/]+(?=\/secrets)/.exec(call.url)?.[0];
    if (project !== undefined && call.url.startsWith(hosts.secretmanager)) {
      const key = `${call.method === 'GET' ? 'read' : 'write'} ${project}`;
      const now = elapsedMs();
      const until = Math.max(busyUntil.get(key) ?? 0, now) + everyMs;
      busyUntil.set(key, until);
      const aheadMs = until - now - BURST * everyMs;
      // An abort is the call's own to tell.
      if (aheadMs > 0) await wait(aheadMs, call.signal).catch(() => undefined);
    }
    return http(call);
  };
}
