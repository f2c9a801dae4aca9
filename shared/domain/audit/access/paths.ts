import type { Steps } from '../../basics/steps.ts';
import { DELEGATION_PERMISSION } from '../../chain/hop.ts';
import { isImpersonation } from './holders.ts';
import { becomesAccount, type EmailsOf, isUncertain, type Way, type Ways } from './ways.ts';

/** The ways from a member to a credential, in order. The last one gets it. */
export type Path = {
  readonly member: string;
  readonly ways: readonly Way[];
  /** Whether a way works is unknown. */
  readonly possible: boolean;
};

/** A way that gets the credential. `possible`: whether it does is unknown. */
export type LastWay = { readonly way: Way; readonly possible: boolean };

/** An account that a way reaches: as `itself`, with all its access, or as a `delegate`, only to mint for the next account. */
type ReachedAccount = { readonly email: string; readonly as: 'itself' | 'delegate' };

/** A path takes about a millisecond for so many ways. */
const WAYS_IN_A_STEP = 256;

/** A way, and the ways from there to the credential. */
type PartialPath = LastWay & { readonly onward: readonly Way[] };

/**
 * A shortest path of each member, the shortest first. It searches backwards from the credential, one way at a time. So the first path that
 * reaches a member is a shortest one.
 *
 * @param begins whether a path may begin with this way
 */
export function* shortestPaths(
  lastWays: readonly LastWay[],
  ways: Ways,
  emailsOf: EmailsOf,
  begins: (way: Way) => boolean,
): Steps<Path[]> {
  const found = new Map<string, Path>();
  /** The accounts that were reached, each by `as`, and whether the path to it is only possible. */
  const visited = new Map<string, Map<ReachedAccount['as'], boolean>>();
  let level: readonly PartialPath[] = lastWays.map((last) => ({ ...last, onward: [] }));
  while (level.length > 0) {
    const next: PartialPath[] = [];
    for (const [i, { way, onward, possible: possibleOnward }] of level.entries()) {
      if (i % WAYS_IN_A_STEP === 0) yield;
      const { holder, permission } = way;
      const { member } = holder;
      const possible = possibleOnward || isUncertain(way);
      const { known } = emailsOf(holder);
      const before = found.get(member);
      // The first path to a member is a shortest one. Only a certain path replaces one that is only possible.
      const isNews = (!before || (before.possible && !possible)) && begins(way);
      if (!isNews && known.length === 0) continue;
      const path = [way, ...onward];
      if (isNews) found.set(member, { member, ways: path, possible });
      for (const reached of known.flatMap((email) => accountsReachedBy(email, permission))) {
        const { email, as } = reached;
        const visits = visited.get(email) ?? new Map<ReachedAccount['as'], boolean>();
        visited.set(email, visits);
        const earlier = visits.get(as);
        // If a certain path to the account was visited, a path that is only possible adds nothing.
        if (earlier === false || earlier === possible) continue;
        visits.set(as, possible);
        for (const one of waysInto(reached, ways)) next.push({ way: one, onward: path, possible });
      }
    }
    level = next;
  }
  return [...found.values()].sort((a, b) => a.ways.length - b.ways.length);
}

/**
 * The account `email` has the permission. A member that becomes this account can use it. If the permission impersonates, a delegation
 * through this account is enough.
 */
const accountsReachedBy = (email: string, permission: string): ReachedAccount[] => [
  { email, as: 'itself' },
  ...(isImpersonation(permission) ? [{ email, as: 'delegate' } as const] : []),
];

const waysInto = ({ email, as }: ReachedAccount, ways: Ways): Way[] =>
  (ways.get(email) ?? []).filter(({ permission }) =>
    as === 'itself' ? becomesAccount(permission) : permission === DELEGATION_PERMISSION,
  );
