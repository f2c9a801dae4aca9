import type { Account } from '../../domain/chain/account.ts';
import { ReaderError } from '../error.ts';
import type { ReadCredential } from '../read-credential.ts';
import type { Hosts } from '../wire/hosts.ts';
import type { Call } from '../wire/http.ts';
import { newestVersion } from './newest-version.ts';
import { parseCredential, type StoredCredential } from './payload.ts';
import { proveAccount } from './prove-account.ts';
import { type Access, accessOf, ledgerEntryOf } from './secret-manager.ts';

/** Which credential to find, and how to check it. */
export type CredentialQuery = {
  readonly secret: string;
  readonly account: Account | undefined;
  readonly ledger: boolean;
  readonly minValidityMs: number;
  /** Undefined: the default of the kind. */
  readonly assumedLifetimeMs: number | undefined;
  readonly hosts: Hosts;
  readonly now: () => Date;
};

const HOUR_MS = 3_600_000;

/** Google's default lifetime of a token; for a signature, how long Google keeps the key. */
const assumedMs = ({ kind }: StoredCredential): number =>
  (kind === 'signed-blob' ? 12 : 1) * HOUR_MS;

/**
 * Finds a credential that is newer than the cached one, and proves its account; undefined if the cached one is the newest.
 *
 * @param cached the number of the cached version, 0 for none
 * @param refused whether a service has refused the cached version
 */
export async function findCredential(
  query: CredentialQuery,
  call: Call,
  cached: number,
  refused: boolean,
): Promise<ReadCredential | undefined> {
  const { account, ledger, now } = query;
  const secretUrl = `${query.hosts.secretmanager}/v1/${query.secret}`;
  const found = await newestVersion({
    access: onceEach(accessOf(call, secretUrl)),
    cached,
    refused,
    lastsLongEnough: ({ text }) => {
      const { expiresAt } = parseCredential(text);
      return !expiresAt || expiresAt.getTime() - now().getTime() >= query.minValidityMs;
    },
  });
  if (!found) return undefined;

  const { expiresAt: statedExpiry, ...stored } = parseCredential(found.text);
  const { version } = found;
  if (statedExpiry && statedExpiry <= now()) {
    throw new ReaderError(
      'expired',
      `the newest version, ${version}, has expired: its rotation has stopped`,
    );
  }
  const entry = ledger && !statedExpiry ? await ledgerEntryOf(call, secretUrl, version) : undefined;
  const proof = account && (await proveAccount(account, stored, entry, call, query.hosts));
  const readAt = now();
  const assumed = new Date(readAt.getTime() + (query.assumedLifetimeMs ?? assumedMs(stored)));
  const sources: [ReadCredential['expiryFrom'], Date | undefined][] = [
    [stored.format === 'json' ? 'payload' : 'token', statedExpiry],
    ['introspection', proof?.expiresAt],
    ['ledger', entry?.expiresAt],
  ];
  const [expiryFrom, expiresAt = assumed] = sources.find(([, at]) => at) ?? ['assumption'];
  return { ...stored, version, readAt, expiresAt, expiryFrom };
}

/** Accesses each version once in a search. */
function onceEach(access: Access): Access {
  const results = new Map<number | string, ReturnType<Access>>();
  return (version) => {
    const result = results.get(version) ?? access(version);
    results.set(version, result);
    return result;
  };
}
