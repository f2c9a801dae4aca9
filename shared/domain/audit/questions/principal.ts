import type { Steps } from '../../basics/steps.ts';
import type { Unread } from '../../basics/unread.ts';
import type { Kind } from '../../chain/chain.ts';
import { groupsOf } from '../../iam/groups.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import { accountIn, liveMember, type Snapshot } from '../../iam/snapshot.ts';
import { every } from '../../iam/three-valued.ts';
import { denialsIn, type Holder, leftBy } from '../access/holders.ts';
import type { Way, Ways } from '../access/ways.ts';
import { accessBy, type PrincipalAccess, pathsOfAll, targetItself } from './principals.ts';
import type { Search } from './search.ts';
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
    return { ...access, unread, ...(isMissing(subject, snapshot) && { doubts: [MISSING] }) };
  }
  return unread.length > 0
    ? { ...none, answer: 'unknown', doubts: ['something that may give access was not read'] }
    : { ...none, answer: 'no', doubts: ['nothing that was read gives access'] };
}

const MISSING = 'the account does not exist: a member that creates it has its grants';

const isMissing = (subject: Member, snapshot: Snapshot): boolean =>
  subject.is === 'account' &&
  subject.email !== undefined &&
  accountIn(snapshot, { email: subject.email }) === 'missing';

/** A member as IAM knows it: with the containers above an account, and with its groups. */
function subjectOf(text: string, snapshot: Snapshot): Member {
  const member = parseMember(text);
  if (member.is === 'user') {
    return { ...member, groups: groupsOf(snapshot.groups, `user:${member.email}`) };
  }
  if (member.is !== 'account' || member.email === undefined) return member;
  const known = accountIn(snapshot, { email: member.email });
  if (known !== undefined && known !== 'missing') return liveMember(snapshot, known);
  return { ...member, groups: groupsOf(snapshot.groups, text) };
}

/** The ways, and those of all members that include the subject as its own. Deny policies are asked about the subject itself. */
function* waysFor(all: Ways, text: string, subject: Member, snapshot: Snapshot): Steps<Ways> {
  const denialsOf = denialsIn(snapshot);
  const isDenied = denialsOf(subject);
  const known =
    subject.is === 'account' ? accountIn(snapshot, { email: subject.email ?? '' }) : undefined;
  const disabled = known && known !== 'missing' && known.disabled ? known.email : undefined;
  const holders = new Map<Holder, Holder | undefined>();
  const asSubject = (holder: Holder): Holder | undefined => {
    if (holders.has(holder)) return holders.get(holder);
    const included = covers(holder.principal, subject);
    const exists = isMissing(subject, snapshot) ? 'unknown' : 'yes';
    const certain = every([included, holder.certain, exists]);
    const own = { ...holder, member: text, principal: subject, certain, disabled };
    holders.set(holder, included === 'no' ? undefined : own);
    return holders.get(holder);
  };
  const ways = new Map<string, readonly Way[]>();
  for (const [name, ofAsset] of all) {
    yield;
    const own = ofAsset.flatMap((way): Way[] => {
      const holder = asSubject(way.holder);
      const left = holder && leftBy(isDenied, way.asset, [way.permission]);
      if (!holder || !left) return [];
      return [{ ...way, holder, isPerhapsDenied: left.perhapsDenied !== undefined }];
    });
    ways.set(name, [...ofAsset.filter(({ holder }) => holder.member !== text), ...own]);
  }
  return ways;
}

/** What may hide access to the chain. Keys and limits of lifetimes do not name members. */
export const unreadAccess = ({ unread }: Pick<Snapshot, 'unread'>): Unread[] =>
  unread.filter(
    ({ resource }) =>
      !resource.startsWith('published keys of ') &&
      !resource.endsWith('/keys') &&
      !/\/policies\/iam\./.test(resource),
  );
