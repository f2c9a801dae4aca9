import type { Steps } from '../../basics/steps.ts';
import { groupsOf } from '../../iam/groups.ts';
import { type Member, parseMember } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import { accountIn, liveMember, type Snapshot } from '../../iam/snapshot.ts';
import { every } from '../../iam/three-valued.ts';
import { denialsIn, type Holder, leftBy } from '../access/holders.ts';
import type { Way, Ways } from '../access/ways.ts';

/** A member as IAM knows it: with the containers above an account, and with its groups. */
export function subjectOf(text: string, snapshot: Snapshot): Member {
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
export function* waysFor(
  all: Ways,
  text: string,
  subject: Member,
  snapshot: Snapshot,
): Steps<Ways> {
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

/** An account that does not exist. */
export const isMissing = (subject: Member, snapshot: Snapshot): boolean =>
  subject.is === 'account' &&
  subject.email !== undefined &&
  accountIn(snapshot, { email: subject.email }) === 'missing';
