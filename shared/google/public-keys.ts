import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import type { Credentials } from '../cloud/credentials.ts';
import type { Failure } from '../domain/basics/failure.ts';
import { err, ok, type Result } from '../domain/basics/result.ts';
import { nameOf } from '../domain/chain/account.ts';
import { failureOf } from './wire/failures.ts';
import type { Hosts, Http } from './wire/http.ts';

const KeySet = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })),
});

const REFUSALS = {
  operation: 'published keys',
  denied: 'cloud-busy',
  missing: 'cloud-busy', // Google publishes the keys of a new account some time after its creation
  refused: 'cloud-busy',
} as const;

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
    const response = await http({ method: 'GET', url, anonymous: true, signal });
    if (response.status !== 200) return err(failureOf(response, REFUSALS));
    const parsed = KeySet.safeParse(response.body);
    if (!parsed.success) return err({ reason: 'cloud-busy', detail: 'published keys: no keys' });
    cache.set(url, parsed.data);
    return ok(parsed.data);
  };

  return {
    idTokenKeys: (kid, signal) => keySet(`${hosts.www}/oauth2/v3/certs`, kid, signal),
    keysOf: (account, kid, signal) =>
      keySet(
        `${hosts.www}/service_accounts/v1/metadata/jwk/${encodeURIComponent(nameOf(account))}`,
        kid,
        signal,
      ),
  };
}
