import { z } from 'zod';
import type { Kind } from '../chain/chain.ts';
import { CHAIN_ANNOTATION } from '../chain/secret.ts';

/**
 * What a secret's annotations say about its credential. So freshness can be read without the payload.
 *
 * A version after `current`, or between `previous` and `current`, was left by a crash or by a duplicate delivery.
 */
export type Ledger = {
  readonly chain: string;
  readonly kind: Kind;
  readonly digest: string;
  /** The target's unique ID: the pinned one, or the one that the first proof found. Absent for a JWT or blob of an unpinned target. */
  readonly targetId?: string;
  readonly mintedAt: Date;
  readonly expiresAt: Date;
  readonly current: number;
  /** Our version before `current`; 0 when `current` is our first. */
  readonly previous: number;
  /** Every version up to this number is destroyed or is not ours. */
  readonly destroyedThrough: number;
  /** Stored without a proof, because the prover did not answer twice. */
  readonly unproven: boolean;
  /** Message ID of the tick that requested `current`. A repeated delivery of a forced request is recognised by it. */
  readonly tick?: string;
};

const KINDS: readonly string[] = [
  'access-token',
  'id-token',
  'signed-jwt',
  'signed-blob',
] satisfies Kind[];

const isKind = (text: string): text is Kind => KINDS.includes(text);

const INSTANT = z.regexes.datetime({});

const isInstant = (text: string): boolean => INSTANT.test(text);

const COUNT = /^\d{1,15}$/;

const countOf = (text = ''): number => (COUNT.test(text) ? Number(text) : Number.NaN);

/**
 * The ledger of a secret. Gives `undefined` for a secret that was never rotated, and for annotations that an edit has made unreadable. The
 * next rotation then starts a first ledger, which destroys no version that came before it.
 *
 * No zod schema: it would take twice as long, and a tick reads the ledgers of the whole fleet.
 */
export function parseLedger(
  annotations: Readonly<Record<string, string>> = {},
): Ledger | undefined {
  const {
    [CHAIN_ANNOTATION]: chain,
    'hopmint-kind': kind = '',
    'hopmint-digest': digest,
    'hopmint-target-id': targetId,
    'hopmint-minted-at': mintedAt = '',
    'hopmint-expires-at': expiresAt = '',
    'hopmint-proof': proof,
    'hopmint-tick': tick,
  } = annotations;
  const current = countOf(annotations['hopmint-current']);
  const previous = countOf(annotations['hopmint-previous']);
  const destroyedThrough = countOf(annotations['hopmint-destroyed-through']);

  const isWhole =
    chain !== undefined &&
    isKind(kind) &&
    digest !== undefined &&
    isInstant(mintedAt) &&
    isInstant(expiresAt) &&
    (proof === 'proven' || proof === 'unproven');
  // Comparisons with NaN are false, so a count that is not a number makes the ledger unreadable.
  const isInOrder =
    destroyedThrough < current &&
    previous < current &&
    (previous === 0 || destroyedThrough <= previous);
  if (!isWhole || !isInOrder) return undefined;

  return {
    chain,
    kind,
    digest,
    ...(targetId && { targetId }),
    mintedAt: new Date(mintedAt),
    expiresAt: new Date(expiresAt),
    current,
    previous,
    destroyedThrough,
    unproven: proof === 'unproven',
    ...(tick && { tick }),
  };
}

/** RFC 3339 in UTC, whole seconds: people read it in the console. */
const instantText = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');

/** The inverse of `parseLedger`. It sets every key, so that a merge over older annotations leaves no stale value. */
export function annotationsOf(ledger: Ledger): Record<string, string> {
  return {
    [CHAIN_ANNOTATION]: ledger.chain,
    'hopmint-kind': ledger.kind,
    'hopmint-digest': ledger.digest,
    'hopmint-target-id': ledger.targetId ?? '',
    'hopmint-minted-at': instantText(ledger.mintedAt),
    'hopmint-expires-at': instantText(ledger.expiresAt),
    'hopmint-current': String(ledger.current),
    'hopmint-previous': String(ledger.previous),
    'hopmint-destroyed-through': String(ledger.destroyedThrough),
    'hopmint-proof': ledger.unproven ? 'unproven' : 'proven',
    'hopmint-tick': ledger.tick ?? '',
  };
}

/** The most versions that one rotation destroys, to keep it short. The next rotation destroys the rest. */
const DESTROY_AT_MOST = 5;

/**
 * The versions that a rotation destroys, oldest first: those before `previous`. Two newer versions of ours were committed after them.
 * Without a ledger it destroys none, because a user may have stored what is there.
 */
export function versionsToDestroy(ledger: Ledger | undefined): number[] {
  if (!ledger) return [];
  const { destroyedThrough, previous } = ledger;
  const pending = Math.max(0, previous - 1 - destroyedThrough);
  return Array.from(
    { length: Math.min(pending, DESTROY_AT_MOST) },
    (_, i) => destroyedThrough + 1 + i,
  );
}

/** The version numbers of the next ledger, from the previous ledger, the version added and the versions destroyed. */
export function watermarksOf(
  ledger: Ledger | undefined,
  added: number,
  destroyed: readonly number[],
): Pick<Ledger, 'current' | 'previous' | 'destroyedThrough'> {
  if (!ledger) return { current: added, previous: 0, destroyedThrough: added - 1 };
  return {
    current: added,
    previous: ledger.current,
    destroyedThrough: destroyed.at(-1) ?? ledger.destroyedThrough,
  };
}
