import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { Credentials } from '../cloud/credentials.ts';
import type { Policies } from '../cloud/policies.ts';
import type { Failure } from '../domain/basics/failure.ts';
import { err, ok, type Result } from '../domain/basics/result.ts';
import { type Account, nameOf } from '../domain/chain/account.ts';
import { failureOf } from './wire/failures.ts';
import type { Hosts, Http } from './wire/http.ts';
import { retrying } from './wire/retry.ts';
import type { Wire } from './wire/wire.ts';

const KeySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })),
});

const REFUSALS = {
  operation: 'published keys',
  denied: 'cloud-busy',
  missing: 'cloud-busy', // Google publishes the keys of a new account some time after its creation
  refused: 'cloud-busy',
} as const;

async function readKeys(
  http: Http,
  url: string,
  signal: AbortSignal,
): Promise<Result<JSONWebKeySet, Failure>> {
  const response = await http({ method: 'GET', url, anonymous: true, signal });
  if (response.status !== 200) return err(failureOf(response, REFUSALS));
  const parsed = KeySet.safeParse(response.body);
  return parsed.success
    ? ok(parsed.data)
    : err({ reason: 'cloud-busy', detail: 'published keys: no keys' });
}

const keysUrl = (hosts: Hosts, account: Account): string =>
  `${hosts.www}/service_accounts/v1/metadata/jwk/${encodeURIComponent(nameOf(account))}`;

/** The keys that Google publishes for an account, not cached. */
export const publishedKeyIdsOf =
  (http: Http, hosts: Hosts, now: () => Date, wire: Wire): Policies['publishedKeys'] =>
  async ({ email }, signal) => {
    const url = keysUrl(hosts, { email });
    const keys = await retrying(() => readKeys(http, url, signal), signal, wire);
    if (!keys.ok) return keys;
    return ok({ ids: keys.value.keys.flatMap(({ kid }) => kid ?? []), readAt: now() });
  };

/**
 * Published keys, cached until a caller asks for a `kid` that is not among them.
 *
 * Google publishes an account's key for at least 12 hours after its last signature. Google's own keys change every few days.
 */
export function publishedKeysOf(
  http: Http,
  hosts: Hosts,
): Pick<Credentials, 'idTokenKeys' | 'keysOf'> {
  const cache = new Map<string, JSONWebKeySet>();

  const keySet = async (
    url: string,
    kid: string,
    signal: AbortSignal,
  ): Promise<Result<JSONWebKeySet, Failure>> => {
    const cached = cache.get(url);
    if (cached?.keys.some((key) => key.kid === kid)) return ok(cached);
    const keys = await readKeys(http, url, signal);
    if (keys.ok) cache.set(url, keys.value);
    return keys;
  };

  return {
    idTokenKeys: (kid, signal) => keySet(`${hosts.www}/oauth2/v3/certs`, kid, signal),
    keysOf: (account, kid, signal) => keySet(keysUrl(hosts, account), kid, signal),
  };
}
