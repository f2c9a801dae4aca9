import type { Steps } from '../../basics/steps.ts';
import type { Unread } from '../../basics/unread.ts';
import type { Kind } from '../../chain/chain.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import {
  accessBy,
  type PrincipalAccess,
  pathsOfAll,
  targetItself,
  withChanges,
} from './principals.ts';
import type { Search } from './search.ts';
import { isMissing, subjectOf, waysFor } from './subject.ts';
import { grantsIn } from './when.ts';

/** Whether one member can get the credential of a chain. `unknown`: nothing that was read says yes, and something was not read. */
export type PrincipalAnswer = Omit<PrincipalAccess, 'answer'> & {
  readonly answer: 'yes' | 'possible' | 'no' | 'unknown';
  /** What was not read and may give access. */
  readonly unread: readonly Unread[];
};

/** @param text the member, as IAM writes it */
export function* principalAnswer(search: Search, text: string): Steps<PrincipalAnswer> {
  const { snapshot } = search;
  const subject = subjectOf(text, snapshot);
  const unread = unreadAccess(snapshot);
  const target = targetItself(search);
  if (target?.member === text) return { ...target, unread };
  const none = {
    member: text,
    declared: null,
    kinds: [] as Kind[],
    possibleKinds: [],
    when: null,
    steps: [],
    unread,
  };
  if (subject.is === 'deleted') {
    return { ...none, answer: 'no', doubts: ['a deleted member has no access'] };
  }
  const ways = yield* waysFor(search.ways, text, subject, snapshot);
  const found = yield* pathsOfAll(search, ways);
  const candidates = found.best.get(text);
  if (candidates) {
    const access = accessBy(text, candidates, found.kindsOf(text), search, grantsIn(ways));
    const better = yield* withChanges(search, access);
    const doubts = isMissing(subject, snapshot) ? [MISSING] : better.doubts;
    return { ...better, doubts, unread };
  }
  return unread.length > 0
    ? { ...none, answer: 'unknown', doubts: ['something that may give access was not read'] }
    : { ...none, answer: 'no', doubts: ['nothing that was read gives access'] };
}

const MISSING = 'the account does not exist: a member that creates it has its grants';

/** What may hide access to the chain. Keys and limits of lifetimes do not name members. */
export const unreadAccess = ({ unread }: Pick<Snapshot, 'unread'>): Unread[] =>
  unread.filter(
    ({ resource }) =>
      !resource.startsWith('published keys of ') &&
      !resource.endsWith('/keys') &&
      !/\/policies\/iam\./.test(resource),
  );
