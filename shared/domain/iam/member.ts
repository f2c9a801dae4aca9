import { lowerAscii } from '../basics/text/ascii.ts';
import type { MemberGroups } from './groups.ts';

/**
 * A member of a binding or a principal of a deny rule, in one form for both spellings: `group:a@b.c` in an allow policy is
 * `principalSet://goog/group/a@b.c` in a deny policy.
 *
 * @see https://cloud.google.com/iam/docs/principal-identifiers
 */
export type Member =
  /** `allUsers`: everyone on the internet. */
  | { readonly is: 'public' }
  /** `allAuthenticatedUsers`: every Google account and every service account, but no federated identity. */
  | { readonly is: 'authenticated' }
  | ServiceAccountMember
  | { readonly is: 'user'; readonly email: string; readonly groups?: MemberGroups }
  | { readonly is: 'group'; readonly email: string }
  | { readonly is: 'domain'; readonly domain: string }
  /** All accounts of a Workspace customer. */
  | { readonly is: 'customer'; readonly id: string }
  /** All service accounts, or all service agents, of a project, a folder or an organization. */
  | {
      readonly is: 'container';
      readonly container: string;
      readonly type: 'ServiceAccount' | 'ServiceAgent';
    }
  /** An identity of a workload or workforce pool, or a set of them. */
  | {
      readonly is: 'federated';
      readonly pool: string;
      readonly rest: string;
      readonly set: boolean;
    }
  /** A principal that was deleted. IAM keeps it in the binding, with the unique ID that it had. */
  | { readonly is: 'deleted'; readonly uid: string; readonly email?: string }
  /** A form that this parser does not know. `about`: the only account that it can mean. */
  | { readonly is: 'other'; readonly text: string; readonly about?: AccountName };

/** How a text names an account. */
export type AccountName = {
  readonly email?: string | undefined;
  readonly uniqueId?: string | undefined;
};

export type ServiceAccountMember = {
  readonly is: 'account';
  readonly email?: string | undefined;
  readonly uniqueId?: string | undefined;
  /** The containers above it: its project by number, folders, organization. Absent if they were not all read. */
  readonly containers?: ReadonlySet<string> | undefined;
  /** Absent if no groups were read. */
  readonly groups?: MemberGroups;
};

const PREFIXED = /^(user|group|domain|serviceAccount):(.+)$/s;
const POOL =
  /^principal(Set)?:\/\/iam\.googleapis\.com\/((?:projects\/[^/]+\/)?locations\/[^/]+\/work(?:load|force)[A-Za-z]*Pools\/[^/]+)\/(.+)$/s;
/** Google documents these sets with a number and a type, in policies of both kinds. What other spellings mean is unknown. */
const CONTAINER =
  /^principalSet:\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/\d+)\/type\/(ServiceAccount|ServiceAgent)$/;
const ACCOUNT_DENIED =
  /^principal:\/\/iam\.googleapis\.com\/projects\/-\/serviceAccounts\/([^/]+@[^/]+)$/;
/** Google documents `projects/-` alone. */
const ACCOUNT_UNDOCUMENTED =
  /^principal:\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/([^/]+@[^/]+)$/;

/** A member of a binding, as Google documents it for allow policies. */
export function parseMember(text: string): Member {
  if (text === 'allUsers') return { is: 'public' };
  if (text === 'allAuthenticatedUsers') return { is: 'authenticated' };
  const [, prefix, name = ''] = PREFIXED.exec(text) ?? [];
  // A unique ID is not documented here.
  if (prefix === 'serviceAccount' && /^\d+$/.test(name)) {
    return { is: 'other', text, about: { uniqueId: name } };
  }
  if (prefix === 'serviceAccount') return { is: 'account', email: lowerAscii(name) };
  if (prefix === 'user') return { is: 'user', email: lowerAscii(name) };
  if (prefix === 'group') return { is: 'group', email: lowerAscii(name) };
  if (prefix === 'domain') return { is: 'domain', domain: lowerAscii(name) };
  return parseDeletedOrSet(text);
}

/**
 * A principal of a deny rule, as Google documents it for deny policies. A rule that names a principal in another form may have no effect.
 *
 * @see https://cloud.google.com/iam/docs/principal-identifiers#deny
 */
export function parseDenied(text: string): Member {
  if (text === 'principalSet://goog/public:all') return { is: 'public' };
  const account = ACCOUNT_DENIED.exec(text)?.[1];
  if (account) return { is: 'account', email: lowerAscii(account) };
  const subject = lowerAscii(/^principal:\/\/goog\/subject\/(.+)$/s.exec(text)?.[1] ?? '');
  // This form is for people. It is not documented for service accounts.
  if (subject && !subject.endsWith('gserviceaccount.com')) return { is: 'user', email: subject };
  const about = subject || lowerAscii(ACCOUNT_UNDOCUMENTED.exec(text)?.[1] ?? '');
  if (about) return { is: 'other', text, about: { email: about } };
  const group = /^principalSet:\/\/goog\/group\/(.+)$/s.exec(text)?.[1];
  if (group) return { is: 'group', email: lowerAscii(group) };
  const customer = /^principalSet:\/\/goog\/cloudIdentityCustomerId\/(.+)$/s.exec(text)?.[1];
  if (customer) return { is: 'customer', id: customer };
  return parseDeletedOrSet(text);
}

/** The forms that policies of both kinds share. */
function parseDeletedOrSet(text: string): Member {
  if (text.startsWith('deleted:')) {
    const [, email, uid = ''] = /^deleted:(?:\w+:)?([^?]*)\?uid=(\d+)$/.exec(text) ?? [];
    return { is: 'deleted', uid, ...(email && { email: lowerAscii(email) }) };
  }
  const [, container, type] = CONTAINER.exec(text) ?? [];
  if (container && (type === 'ServiceAccount' || type === 'ServiceAgent')) {
    return { is: 'container', container, type };
  }
  const [, set, pool, rest] = POOL.exec(text) ?? [];
  if (pool && rest) return { is: 'federated', pool, rest, set: set !== undefined };
  return { is: 'other', text };
}

/** Is the member one identity, and not a set of identities? */
export const isSingle = (member: Member): boolean =>
  member.is === 'account' || member.is === 'user' || (member.is === 'federated' && !member.set);

/** Prefixes of members that are named by an email or a domain. IAM stores those in lower case. */
const NAMED = /^(?:user|group|serviceAccount|domain):/;

/** Do two texts name the same member? The case of an email or a domain does not matter; the case of a pool's identifiers does. */
export const isSameMemberText = (a: string, b: string): boolean =>
  a === b || (NAMED.test(a) && lowerAscii(a) === lowerAscii(b));

const parsed = new WeakMap<readonly string[], readonly Member[]>();

/** Parses each list once: a binding is checked again for every account below its policy. */
export function parseMembers(texts: readonly string[]): readonly Member[] {
  const known = parsed.get(texts);
  if (known) return known;
  const all = texts.map(parseMember);
  parsed.set(texts, all);
  return all;
}
