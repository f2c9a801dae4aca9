import { sha256 } from '../../basics/canonical.ts';
import type { Basis } from '../basis.ts';
import { EVERYTHING, type Names } from '../basis-names.ts';
import type { OpenFinding } from './alert-state.ts';

/** 32 bits. Two names with one digest keep a finding open for longer, and nothing worse. */
const DIGEST_LENGTH = 8;

/** Names that earlier audits of this process read, and this one did not. */
export type Stale = ReadonlySet<string>;
export const NOTHING_STALE: Stale = new Set();

/** What decides whether a report may open or close a finding. */
export type Support = {
  readonly digestsOf: (fingerprint: string) => readonly string[];
  /** The stale names on which a finding of the report rests. */
  readonly staleIn: (fingerprint: string) => readonly string[];
  /** Whether nothing on which an open finding rests is unread. It may be stale. */
  readonly isRead: (finding: OpenFinding) => boolean;
  /** The stale names on which an open finding rests. */
  readonly staleBelow: (finding: OpenFinding) => readonly string[];
};

export function supportOf({ restsOn, unread }: Basis, stale: Stale): Support {
  const digestOf = memoizedDigest();
  const unreadDigests = new Set([...unread].map(digestOf));
  const staleDigests = new Map([...stale].map((name) => [digestOf(name), name]));
  const isEverything = (names: Names) => names[0] === EVERYTHING[0];
  return {
    digestsOf: (fingerprint) => {
      const names = restsOn.get(fingerprint) ?? [];
      return isEverything(names) ? names : names.map(digestOf);
    },
    staleIn: (fingerprint) => {
      const names = restsOn.get(fingerprint) ?? [];
      return isEverything(names) ? [...stale] : names.filter((name) => stale.has(name));
    },
    isRead: ({ restsOn: digests }) =>
      isEverything(digests)
        ? unread.size === 0
        : !digests.some((digest) => unreadDigests.has(digest)),
    staleBelow: ({ restsOn: digests }) =>
      isEverything(digests)
        ? [...stale]
        : digests.flatMap((digest) => staleDigests.get(digest) ?? []),
  };
}

function memoizedDigest(): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const digest = known.get(name) ?? sha256(name).slice(0, DIGEST_LENGTH);
    known.set(name, digest);
    return digest;
  };
}
