import { z } from 'zod';
import type { Kind } from '../chain/chain.ts';
import { CHAIN_ANNOTATION } from '../chain/secret.ts';

/**
 * What a secret's annotations say about its credential, so that freshness is readable without the payload.
 *
 * Versions newer than `current` or between `previous` and `current` are leftovers of a crash or a duplicate.
 */
export type Ledger = {
  readonly chain: string;
  readonly kind: Kind;
  readonly digest: string;
  /** The target's unique ID, as pinned or as first seen; none for what only an account's key signed. */
  readonly targetId?: string;
  readonly mintedAt: Date;
  readonly expiresAt: Date;
  readonly current: number;
  /** Our version before `current`; 0 when `current` is our first. */
  readonly previous: number;
  /** Every version up to this one is destroyed, or is not ours. */
  readonly destroyedThrough: number;
  /** The prover did not answer, twice: stored all the same. */
  readonly unproven: boolean;
  /** Message ID of the tick that `current` was asked for by: how a forced rotation knows that it is done. */
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
 * The ledger of a secret; none when it was never rotated, or when somebody has edited the annotations so that they no longer tell.
 * Then the next rotation starts a first ledger anew, which never destroys what it did not write.
 *
 * Without a schema, which takes twice as long: a tick reads the ledgers of the whole fleet.
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
  // What is no number is not less than anything.
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

/** Whole seconds, UTC: what people read in the console. */
const text = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z');

/** The inverse of `parseLedger`. Every key is there, so that a merge over older annotations leaves nothing stale. */
export function annotationsOf(ledger: Ledger): Record<string, string> {
  return {
    [CHAIN_ANNOTATION]: ledger.chain,
    'hopmint-kind': ledger.kind,
    'hopmint-digest': ledger.digest,
    'hopmint-target-id': ledger.targetId ?? '',
    'hopmint-minted-at': text(ledger.mintedAt),
    'hopmint-expires-at': text(ledger.expiresAt),
    'hopmint-current': String(ledger.current),
    'hopmint-previous': String(ledger.previous),
    'hopmint-destroyed-through': String(ledger.destroyedThrough),
    'hopmint-proof': ledger.unproven ? 'unproven' : 'proven',
    'hopmint-tick': ledger.tick ?? '',
  };
}

/** No rotation destroys more than this, so that one never takes long; what is left over is for the next. */
const DESTROY_AT_MOST = 5;

/**
 * The versions that a rotation destroys, oldest first: those before `previous`, as two newer ones of ours were committed after them.
 * Nothing at all before there is a ledger: what a user stored is theirs.
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

/** What of a first or next ledger follows from the version that was added and the versions that were destroyed. */
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
