import type { Freshness } from '../rotation/freshness.ts';
import type { ObservedVersion } from '../rotation/ledger/evidence.ts';

/** What a report says about an observation of a chain's secret. Times are RFC 3339. */
export type ObservedCredential = {
  readonly at: string;
  /** What readers of `latest` get. */
  readonly latest: ObservedVersion | null;
  /** The version that the ledger names as current. */
  readonly current: ObservedVersion | null;
  readonly previous: ObservedVersion | null;
  /** Why readers cannot use the credential, in sentences. */
  readonly unusable: readonly string[];
  /** One of these reasons: the target was created again, and the credential belongs to the account before. */
  readonly recreated: string | null;
  /** Why the ledger is not believed. */
  readonly doubt: string | null;
  /** When Google deletes the secret. */
  readonly secretExpiresAt: string | null;
  /** How long Google keeps a destroyed version of the secret, disabled. */
  readonly destroyDelaySeconds: number | null;
};

export function observedCredentialOf(freshness: Freshness): ObservedCredential | null {
  const { evidence, doubt, secretExpiresAt, destroyDelaySeconds } = freshness;
  if (!evidence) return null;
  const { observedAt, latest, current, previous, unusable, recreated } = evidence;
  return {
    at: observedAt.toISOString(),
    latest: latest ?? null,
    current: current ?? null,
    previous: previous ?? null,
    unusable,
    recreated: recreated ?? null,
    doubt: doubt ?? null,
    secretExpiresAt: secretExpiresAt?.toISOString() ?? null,
    destroyDelaySeconds: destroyDelaySeconds ?? null,
  };
}
