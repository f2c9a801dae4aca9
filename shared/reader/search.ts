import type { Account } from '../domain/chain/account.ts';
import { ReaderError } from './error.ts';
import type { HeldCredential } from './freshness.ts';
import type { Hosts } from './hosts.ts';
import type { Ask } from './http.ts';
import { newest } from './newest.ts';
import { proveOwner } from './owner.ts';
import { parseCredential, type StoredCredential } from './payload.ts';
import { type Access, accessOf, ledgerEntryOf } from './secret-manager.ts';

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
  const found = await newest({
    access: onceEach(accessOf(ask, secretUrl)),
    held,
    refused,
    willDo: ({ text }) => {
      const { expiresAt } = parseCredential(text);
      return !expiresAt || expiresAt.getTime() - now().getTime() >= what.minValidityMs;
    },
  });
  if (!found) return undefined;

  const { expiresAt: told, ...stored } = parseCredential(found.text);
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
  const sources: [HeldCredential['expiryFrom'], Date | undefined][] = [
    [stored.format === 'json' ? 'payload' : 'token', told],
    ['introspection', owned?.expiresAt],
    ['ledger', entry?.expiresAt],
  ];
  const [expiryFrom, expiresAt = assumed] = sources.find(([, at]) => at) ?? ['assumption'];
  return { ...stored, version, readAt, expiresAt, expiryFrom };
}

/** One search asks for no version twice. */
function onceEach(access: Access): Access {
  const asked = new Map<number | string, ReturnType<Access>>();
  return (version) => {
    const answer = asked.get(version) ?? access(version);
    asked.set(version, answer);
    return answer;
  };
}
