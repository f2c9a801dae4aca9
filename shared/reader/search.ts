import type { Account } from '../domain/account.ts';
import { ReaderError } from './error.ts';
import type { HeldCredential } from './freshness.ts';
import type { Hosts } from './hosts.ts';
import type { Ask } from './http.ts';
import { newest } from './newest.ts';
import { proveOwner } from './owner.ts';
import { parseCredential, type StoredCredential } from './payload.ts';
import { accessOf, ledgerEntryOf } from './secret-manager.ts';

export type SearchFor = {
  readonly secret: string;
  readonly account: Account | undefined;
  readonly ledger: boolean;
  readonly minValidityMs: number;
  /** Undefined: as the kind has it. */
  readonly assumedLifetimeMs: number | undefined;
  readonly hosts: Hosts;
  readonly now: () => Date;
};

const HOUR_MS = 3_600_000;

/** Google's default for a token, and how long it keeps the key of a signature. */
const assumedMs = ({ kind }: StoredCredential): number =>
  (kind === 'signed-blob' ? 12 : 1) * HOUR_MS;

/**
 * A credential that is newer than the one in hand, proven to be of the account that is asked for; nothing when that is the newest.
 *
 * @param held the version in hand, 0 for none
 * @param refused whether a service has refused the one in hand
 */
export async function search(
  what: SearchFor,
  ask: Ask,
  held: number,
  refused: boolean,
): Promise<HeldCredential | undefined> {
  const { account, ledger, now } = what;
  const secretUrl = `${what.hosts.secretmanager}/v1/${what.secret}`;
  const parsed = new Map<string, StoredCredential>();
  const storedIn = (text: string): StoredCredential => {
    const stored = parsed.get(text) ?? parseCredential(text);
    parsed.set(text, stored);
    return stored;
  };
  const found = await newest({
    access: accessOf(ask, secretUrl),
    held,
    refused,
    willDo: ({ text }) => {
      const { expiresAt } = storedIn(text);
      return !expiresAt || expiresAt.getTime() - now().getTime() >= what.minValidityMs;
    },
  });
  if (!found) return undefined;

  const { expiresAt: told, ...stored } = storedIn(found.text);
  const { version } = found;
  if (told && told <= now()) {
    throw new ReaderError(
      'expired',
      `version ${version}, the newest, is over: its rotation has stopped`,
    );
  }
  const entry = ledger && !told ? await ledgerEntryOf(ask, secretUrl, version) : undefined;
  const owned = account && (await proveOwner(account, stored, entry, ask, what.hosts));
  const readAt = now();
  const assumed = new Date(readAt.getTime() + (what.assumedLifetimeMs ?? assumedMs(stored)));
  const expiry = told
    ? ({ expiresAt: told, expiryFrom: stored.format === 'json' ? 'payload' : 'token' } as const)
    : owned?.expiresAt
      ? ({ expiresAt: owned.expiresAt, expiryFrom: 'introspection' } as const)
      : entry
        ? ({ expiresAt: entry.expiresAt, expiryFrom: 'ledger' } as const)
        : ({ expiresAt: assumed, expiryFrom: 'assumption' } as const);
  return { ...stored, version, readAt, ...expiry };
}
