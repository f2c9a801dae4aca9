import { lowerAscii } from '../basics/ascii.ts';

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
  | { readonly is: 'user'; readonly email: string }
  | { readonly is: 'group'; readonly email: string }
  | { readonly is: 'domain'; readonly domain: string }
  /** All accounts of a Workspace customer. */
  | { readonly is: 'customer'; readonly id: string }
  /** All identities of a project, a folder or an organization, or those of one type. */
  | { readonly is: 'container'; readonly container: string; readonly type?: string }
  /** An identity of a workload or workforce pool, or a set of them. */
  | {
      readonly is: 'federated';
      readonly pool: string;
      readonly rest: string;
      readonly set: boolean;
    }
  /** A principal that was deleted. IAM keeps it in the binding, with the unique ID that it had. */
  | { readonly is: 'deleted'; readonly uid: string; readonly email?: string }
  /** A form that this parser does not know. */
  | { readonly is: 'other'; readonly text: string };

export type ServiceAccountMember = {
  readonly is: 'account';
  readonly email?: string | undefined;
  readonly uniqueId?: string | undefined;
  /** The containers above it: its project by ID and by number, folders, organization. Absent if they were not all read. */
  readonly containers?: ReadonlySet<string> | undefined;
};

const PREFIXED = /^(user|group|domain|serviceAccount):(.+)$/s;
const POOL =
  /^principal(Set)?:\/\/iam\.googleapis\.com\/((?:projects\/[^/]+\/)?locations\/[^/]+\/work(?:load|force)[A-Za-z]*Pools\/[^/]+)\/(.+)$/s;
const CONTAINER =
  /^principalSet:\/\/cloudresourcemanager\.googleapis\.com\/((?:projects|folders|organizations)\/[^/]+)(?:\/type\/(\w+))?$/;

export function parseMember(text: string): Member {
  if (text === 'allUsers' || text === 'principalSet://goog/public:all') return { is: 'public' };
  if (text === 'allAuthenticatedUsers') return { is: 'authenticated' };
  if (text.startsWith('deleted:')) {
    const [, email, uid = ''] = /^deleted:(?:\w+:)?([^?]*)\?uid=(\d+)$/.exec(text) ?? [];
    return { is: 'deleted', uid, ...(email && { email: lowerAscii(email) }) };
  }

  const [, prefix, name = ''] = PREFIXED.exec(text) ?? [];
  if (prefix === 'serviceAccount') return accountNamed(name);
  if (prefix === 'user') return { is: 'user', email: lowerAscii(name) };
  if (prefix === 'group') return { is: 'group', email: lowerAscii(name) };
  if (prefix === 'domain') return { is: 'domain', domain: lowerAscii(name) };

  const account = /^principal:\/\/iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts\/([^/]+)$/;
  const accountName = account.exec(text)?.[1];
  if (accountName) return accountNamed(accountName);
  const subject = lowerAscii(/^principal:\/\/goog\/subject\/(.+)$/s.exec(text)?.[1] ?? '');
  if (subject.endsWith('.gserviceaccount.com')) return accountNamed(subject);
  if (subject) return { is: 'user', email: subject };
  const group = /^principalSet:\/\/goog\/group\/(.+)$/s.exec(text)?.[1];
  if (group) return { is: 'group', email: lowerAscii(group) };
  const customer = /^principalSet:\/\/goog\/cloudIdentityCustomerId\/(.+)$/s.exec(text)?.[1];
  if (customer) return { is: 'customer', id: customer };

  const [, container, type] = CONTAINER.exec(text) ?? [];
  if (container) return { is: 'container', container, ...(type !== undefined && { type }) };
  const [, set, pool, rest] = POOL.exec(text) ?? [];
  if (pool && rest) return { is: 'federated', pool, rest, set: set !== undefined };
  return { is: 'other', text };
}

const accountNamed = (name: string): Member =>
  /^\d+$/.test(name)
    ? { is: 'account', uniqueId: name }
    : { is: 'account', email: lowerAscii(name) };

/** Is the member one identity, and not a set of identities? */
export const isSingle = (member: Member): boolean =>
  member.is === 'account' || member.is === 'user' || (member.is === 'federated' && !member.set);

/** Prefixes of members that are named by an email or a domain. IAM stores those in lower case. */
const NAMED = /^(?:user|group|serviceAccount|domain):/;

/** Do two texts name the same member? The case of an email or a domain does not matter; the case of a pool's identifiers does. */
export const isSameMemberText = (a: string, b: string): boolean =>
  a === b || (NAMED.test(a) && lowerAscii(a) === lowerAscii(b));

/** A cache: a binding is checked again for every account below its policy. */
const parsed = new WeakMap<readonly string[], readonly Member[]>();

export function parseMembers(members: readonly string[]): readonly Member[] {
  const known = parsed.get(members);
  if (known) return known;
  const all = members.map(parseMember);
  parsed.set(members, all);
  return all;
}
