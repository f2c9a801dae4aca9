import { type AccountName, isSingle, type Member } from './member.ts';
import { type Truth, truthOf } from './three-valued.ts';

/** Does `set` include every identity of `subject`? */
export function covers(set: Member, subject: Member): Truth {
  switch (set.is) {
    case 'public':
      return subject.is === 'deleted' ? 'no' : 'yes';
    case 'authenticated':
      if (subject.is === 'other') return 'unknown';
      return truthOf(!['public', 'federated', 'deleted'].includes(subject.is));
    case 'account':
      return subject.is === 'account' ? sameAccount(set, subject) : outside(subject);
    case 'user':
      return subject.is === 'user' ? truthOf(set.email === subject.email) : outside(subject);
    case 'group':
      if (subject.is === 'group' && subject.email === set.email) return 'yes';
      if ((subject.is === 'account' || subject.is === 'user') && subject.groups) {
        if (subject.groups.including.has(set.email)) return 'yes';
        return subject.groups.known.has(set.email) ? 'no' : 'unknown';
      }
      // The members of a group that was not read are unknown. A group never includes everyone.
      return ['public', 'authenticated', 'deleted'].includes(subject.is) ? 'no' : 'unknown';
    case 'domain':
      if (subject.is === 'domain') return truthOf(subject.domain === set.domain);
      // IAM does not list the secondary names of a domain. So only a subject that is not a person is certainly outside.
      return subject.is === 'user' || subject.is === 'group' ? 'unknown' : outside(subject);
    case 'customer':
      if (subject.is === 'customer') return truthOf(subject.id === set.id);
      return ['public', 'authenticated', 'deleted'].includes(subject.is) ? 'no' : 'unknown';
    case 'container':
      return inContainer(set, subject);
    case 'federated':
      return inPool(set, subject);
    case 'deleted':
      // An undeleted account has its old unique ID again. IAM restores the plain form of the member in the binding a little later.
      return subject.is === 'account' && set.uid !== '' && subject.uniqueId === set.uid
        ? 'unknown'
        : 'no';
    case 'other':
      return set.about === undefined ? 'unknown' : atMost(set.about, subject);
  }
}

/** Does `set` include at least one identity of `subject`? For a single identity the answer is that of `covers`. */
export function overlaps(set: Member, subject: Member): Truth {
  const covered = covers(set, subject);
  return covered === 'no' && !isSingle(subject) ? 'unknown' : covered;
}

/** Does a form include the subject, if it can include this account alone? */
function atMost(account: AccountName, subject: Member): Truth {
  if (subject.is === 'account') return sameAccount(account, subject) === 'no' ? 'no' : 'unknown';
  return isSingle(subject) || ['public', 'authenticated', 'deleted'].includes(subject.is)
    ? 'no'
    : 'unknown';
}

/** A subject of another type is outside a set. A form that we do not know may be of any type. */
const outside = (subject: Member): Truth => (subject.is === 'other' ? 'unknown' : 'no');

function sameAccount(a: AccountName, b: AccountName): Truth {
  if (a.email !== undefined && b.email !== undefined) return truthOf(a.email === b.email);
  if (a.uniqueId !== undefined && b.uniqueId !== undefined) {
    return truthOf(a.uniqueId === b.uniqueId);
  }
  return 'unknown';
}

function inContainer(set: Extract<Member, { is: 'container' }>, subject: Member): Truth {
  if (subject.is === 'container') {
    const same = subject.container === set.container && set.type === subject.type;
    // One container may be inside the other.
    return same ? 'yes' : set.type === subject.type ? 'unknown' : 'no';
  }
  if (subject.is !== 'account') return outside(subject);
  // The type `ServiceAgent` means accounts of Google. Which of them belong to a container is not known here.
  if (set.type === 'ServiceAgent') return 'unknown';
  return subject.containers ? truthOf(subject.containers.has(set.container)) : 'unknown';
}

function inPool(set: Extract<Member, { is: 'federated' }>, subject: Member): Truth {
  if (subject.is !== 'federated') return outside(subject);
  if (subject.pool !== set.pool) return 'no';
  if (subject.rest === set.rest && subject.set === set.set) return 'yes';
  if (set.set && set.rest === '*') return 'yes';
  return set.set ? 'unknown' : 'no';
}
