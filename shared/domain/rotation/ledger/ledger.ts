import { z } from 'zod';
import type { Kind } from '../../chain/chain.ts';
import { CHAIN_ANNOTATION } from '../../chain/secret.ts';
import { OFTEN } from './recent-heals.ts';

/**
 * What a secret's annotations say about its credential. So freshness can be read without the payload. Anyone who may update the secret can
 * write them, so a ledger is only a hint: see belief.ts.
 *
 * A version after `current`, or between `previous` and `current`, was left by a crash, by a duplicate delivery or by somebody else.
 */
export type Ledger = {
  readonly chain: string;
  readonly kind: Kind;
  readonly digest: string;
  /** The target's unique ID: the pinned one, or the one that the first proof found. Absent for a JWT or blob of an unpinned target. */
  readonly targetId?: string;
  /** The key of the target that signed a JWT or blob. While the target is the same account, Google publishes this key. */
  readonly keyId?: string;
  readonly mintedAt: Date;
  readonly expiresAt: Date;
  readonly current: number;
  /** The newest version before `current` that was enabled and committed; 0 when there was none. */
  readonly previous: number;
  /** Our first version. Older versions are not ours. */
  readonly first: number;
  /** How many old versions a later rotation must destroy. */
  readonly leftover: number;
  /** Stored without a proof, because the prover did not answer twice. */
  readonly unproven: boolean;
  /** When readers had no usable credential within the hour before, so that a rotation was requested at once: the last three times. */
  readonly healedAt?: readonly Date[];
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
 * next rotation then starts a new ledger, which destroys no version that came before it.
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
    'hopmint-key-id': keyId,
    'hopmint-minted-at': mintedAt = '',
    'hopmint-expires-at': expiresAt = '',
    'hopmint-proof': proof,
    'hopmint-healed-at': healed = '',
  } = annotations;
  const current = countOf(annotations['hopmint-current']);
  const previous = countOf(annotations['hopmint-previous']);
  const first = countOf(annotations['hopmint-first']);
  const leftover = countOf(annotations['hopmint-leftover']);

  const healedAt = healed === '' ? [] : healed.split(' ');

  const isWhole =
    chain !== undefined &&
    isKind(kind) &&
    digest !== undefined &&
    isInstant(mintedAt) &&
    isInstant(expiresAt) &&
    healedAt.length <= OFTEN &&
    healedAt.every(isInstant) &&
    (proof === 'proven' || proof === 'unproven');
  // Comparisons with NaN are false, so a count that is not a number makes the ledger unreadable.
  const isInOrder = first > 0 && first <= current && previous < current && leftover >= 0;
  if (!isWhole || !isInOrder) return undefined;

  return {
    chain,
    kind,
    digest,
    ...(targetId && { targetId }),
    ...(keyId && { keyId }),
    mintedAt: new Date(mintedAt),
    expiresAt: new Date(expiresAt),
    current,
    previous,
    first,
    leftover,
    unproven: proof === 'unproven',
    ...(healedAt.length > 0 && { healedAt: healedAt.map((text) => new Date(text)) }),
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
    'hopmint-key-id': ledger.keyId ?? '',
    'hopmint-minted-at': instantText(ledger.mintedAt),
    'hopmint-expires-at': instantText(ledger.expiresAt),
    'hopmint-current': String(ledger.current),
    'hopmint-previous': String(ledger.previous),
    'hopmint-first': String(ledger.first),
    'hopmint-leftover': String(ledger.leftover),
    'hopmint-proof': ledger.unproven ? 'unproven' : 'proven',
    'hopmint-healed-at': (ledger.healedAt ?? []).map(instantText).join(' '),
  };
}

/**
 * The version that the annotations name as current, believed or not; 0 for none. A request names the version that it replaces by this number, so
 * that only one request replaces it.
 */
export const currentIn = (annotations: Readonly<Record<string, string>> = {}): number =>
  countOf(annotations['hopmint-current']) || 0;
