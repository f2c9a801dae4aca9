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
  what: 'published keys',
  denied: 'cloud-busy',
  missing: 'cloud-busy', // a new account's keys take a while to be published
  refused: 'cloud-busy',
} as const;

/**
 * Published keys, kept until a `kid` is asked for that is not among them.
 *
 * An account's keys stay published for at least 12 hours after they have signed; Google's own change every few days.
 */
export function publishedKeysOf(
  http: Http,
  hosts: Hosts,
): Pick<Credentials, 'idTokenKeys' | 'keysOf'> {
  const kept = new Map<string, JSONWebKeySet>();

  const keySet = async (
    url: string,
    kid: string,
    signal: AbortSignal,
  ): Promise<Result<JSONWebKeySet, Failure>> => {
    const known = kept.get(url);
    if (known?.keys.some((key) => key.kid === kid)) return ok(known);
    const answer = await http({ method: 'GET', url, anonymous: true, signal });
    if (answer.status !== 200) return err(failureOf(answer, REFUSALS));
    const parsed = KeySet.safeParse(answer.body);
    if (!parsed.success) return err({ reason: 'cloud-busy', detail: 'published keys: no answer' });
    kept.set(url, parsed.data);
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
