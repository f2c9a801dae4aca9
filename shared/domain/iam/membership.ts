import { isSingle, type Member, type ServiceAccountMember } from './member.ts';
import { type Truth, truthOf } from './three-valued.ts';

/** Is everyone that `subject` stands for among those that `set` stands for? */
export function covers(set: Member, subject: Member): Truth {
  switch (set.is) {
    case 'public':
      return subject.is === 'deleted' ? 'no' : 'yes';
    case 'authenticated':
      if (subject.is === 'other') return 'unknown';
      return truthOf(!['public', 'federated', 'deleted'].includes(subject.is));
    case 'account':
      return subject.is === 'account' ? sameAccount(set, subject) : elseOf(subject);
    case 'user':
      return subject.is === 'user' ? truthOf(set.email === subject.email) : elseOf(subject);
    case 'group':
      if (subject.is === 'group' && subject.email === set.email) return 'yes';
      // Who is in a group, IAM does not tell. Everyone never is.
      return ['public', 'authenticated', 'deleted'].includes(subject.is) ? 'no' : 'unknown';
    case 'domain':
      if (subject.is === 'domain') return truthOf(subject.domain === set.domain);
      // A domain's secondary names are not told, so only what is no person at all is known to be outside.
      return subject.is === 'user' || subject.is === 'group' ? 'unknown' : elseOf(subject);
    case 'customer':
      if (subject.is === 'customer') return truthOf(subject.id === set.id);
      return ['public', 'authenticated', 'deleted'].includes(subject.is) ? 'no' : 'unknown';
    case 'container':
      return inContainer(set, subject);
    case 'federated':
      return inPool(set, subject);
    case 'deleted':
      // An account that was undeleted has its unique ID again, and IAM gives the binding its plain form back, a little later.
      return subject.is === 'account' && set.uid !== '' && subject.uniqueId === set.uid
        ? 'unknown'
        : 'no';
    case 'other':
      return 'unknown';
  }
}

/** Might anyone that `subject` stands for be among those of `set`? For a single identity that is the same as `covers`. */
export function touches(set: Member, subject: Member): Truth {
  const covered = covers(set, subject);
  return covered === 'no' && !isSingle(subject) ? 'unknown' : covered;
}

/** What is known to be neither a person nor an account is outside; a form that we do not know may be anything. */
const elseOf = (subject: Member): Truth => (subject.is === 'other' ? 'unknown' : 'no');

function sameAccount(a: ServiceAccountMember, b: ServiceAccountMember): Truth {
  if (a.email !== undefined && b.email !== undefined) return truthOf(a.email === b.email);
  if (a.uniqueId !== undefined && b.uniqueId !== undefined) {
    return truthOf(a.uniqueId === b.uniqueId);
  }
  return 'unknown';
}

function inContainer(set: Extract<Member, { is: 'container' }>, subject: Member): Truth {
  if (subject.is === 'container') {
    const same = subject.container === set.container;
    return same && (set.type === undefined || set.type === subject.type) ? 'yes' : 'unknown';
  }
  if (subject.is !== 'account') return subject.is === 'public' ? 'no' : 'unknown';
  if (!subject.containers) return 'unknown';
  if (!subject.containers.has(set.container)) return 'no';
  // Of the types, `ServiceAccount` has those that people made; whether Google's agents are what is asked about, the email tells.
  return set.type === undefined || set.type === 'ServiceAccount' ? 'yes' : 'unknown';
}

function inPool(set: Extract<Member, { is: 'federated' }>, subject: Member): Truth {
  if (subject.is !== 'federated') return elseOf(subject);
  if (subject.pool !== set.pool) return 'no';
  if (subject.rest === set.rest && subject.set === set.set) return 'yes';
  if (set.set && set.rest === '*') return 'yes';
  return set.set ? 'unknown' : 'no';
}
