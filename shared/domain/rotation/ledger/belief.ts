import { SKEW_SECONDS } from '../../basics/skew.ts';
import type { Chain, CredentialSpec } from '../../chain/chain.ts';
import type { Ledger } from './ledger.ts';
import type { KnownVersion } from './version.ts';

// A ledger is a hint: anyone who may update the secret can write it. Secret Manager is the witness.

/** `mint` discards a credential that is older than this when it adds the version. */
export const STORED_WITHIN_SECONDS = 30;

/** The longest lifetime of any credential: 12 h. */
const LONGEST_LIFETIME_SECONDS = 43_200;

/** How long a credential of this kind lasts at most, in seconds. */
function lifetimeSecondsOf(spec: CredentialSpec): number {
  switch (spec.kind) {
    case 'access-token':
    case 'signed-jwt':
      return spec.lifetimeSeconds;
    case 'id-token':
      return 3600;
    case 'signed-blob':
      return LONGEST_LIFETIME_SECONDS;
  }
}

/** The longest lifetime that a ledger can have: that of the chain, or any while the ledger is about an older definition. */
const longestOf = (chain: Chain, digest: string, ledger: Ledger): number =>
  ledger.digest === digest ? lifetimeSecondsOf(chain.credential) : LONGEST_LIFETIME_SECONDS;

const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000;

/**
 * The reason why a ledger cannot be true, from its own text and the clock. Undefined if it can be true.
 *
 * @param digest of the chain's current definition
 */
export function impossibilityOf(
  ledger: Ledger,
  chain: Chain,
  digest: string,
  now: Date,
): string | undefined {
  if (ledger.chain !== chain.name) return 'its ledger is about another chain';
  if (secondsBetween(now, ledger.mintedAt) > SKEW_SECONDS) {
    return 'its ledger says that the credential was minted in the future';
  }
  const lifetime = secondsBetween(ledger.mintedAt, ledger.expiresAt);
  if (lifetime > longestOf(chain, digest, ledger) + SKEW_SECONDS) {
    return 'its ledger says that the credential lasts longer than the chain allows';
  }
  return undefined;
}

/**
 * Why the current version of a ledger contradicts it; undefined if it does not. A version that is disabled or destroyed contradicts nothing.
 *
 * @param current the version that the ledger names as current; `never` if Secret Manager has never had it
 * @param digest of the chain's current definition
 */
export function contradictionOf(
  ledger: Ledger,
  current: KnownVersion,
  chain: Chain,
  digest: string,
): string | undefined {
  if (current === 'destroyed') return undefined;
  if (current === 'never') {
    return `its ledger names version ${ledger.current}, which was never added`;
  }
  const storedAfter = secondsBetween(ledger.mintedAt, current.createdAt);
  if (storedAfter < -SKEW_SECONDS || storedAfter > STORED_WITHIN_SECONDS + SKEW_SECONDS) {
    return `its ledger says that version ${current.number} was minted at another time than it was added`;
  }
  const lasts = secondsBetween(current.createdAt, ledger.expiresAt);
  if (lasts > longestOf(chain, digest, ledger) + SKEW_SECONDS) {
    return `its ledger says that version ${current.number} lasts longer than the chain allows`;
  }
  return undefined;
}
