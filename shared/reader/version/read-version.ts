import type { Account } from '../../domain/chain/account.ts';
import { ReaderError, type ReaderReason } from '../error.ts';
import type { ReadCredential } from '../read-credential.ts';
import type { Hosts } from '../wire/hosts.ts';
import type { Call } from '../wire/http.ts';
import { parseCredential, type StoredCredential } from './payload.ts';
import { proveAccount } from './prove-account.ts';
import { ledgerEntryOf } from './secret-manager.ts';

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

/** What is wrong with one version. Another version may be usable. */
const UNUSABLE: readonly ReaderReason[] = [
  'payload-malformed',
  'account-mismatch',
  'account-unproven',
  'expired',
];

/**
 * The credential in a version, or why this version is unusable.
 *
 * @param text the payload of the version
 * @throws {ReaderError} if the secret's ledger cannot be read
 */
export async function readVersion(
  version: number,
  text: string,
  query: CredentialQuery,
  call: Call,
): Promise<ReadCredential | ReaderError> {
  try {
    return await credentialIn(version, text, query, call);
  } catch (error) {
    if (error instanceof ReaderError && UNUSABLE.includes(error.reason)) return error;
    throw error;
  }
}

async function credentialIn(
  version: number,
  text: string,
  query: CredentialQuery,
  call: Call,
): Promise<ReadCredential> {
  const { account, ledger, now } = query;
  const { expiresAt: statedExpiry, ...stored } = parseCredential(text);
  if (statedExpiry && statedExpiry <= now()) {
    throw new ReaderError(
      'expired',
      `the newest version, ${version}, has expired: its rotation has stopped`,
    );
  }
  const secretUrl = `${query.hosts.secretmanager}/v1/${query.secret}`;
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
