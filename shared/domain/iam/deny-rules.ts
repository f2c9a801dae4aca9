import { type Member, parseDenied } from './member.ts';
import { covers, overlaps } from './membership.ts';
import type { Condition, DenyPolicy, DenyRule } from './policy.ts';
import { every, not, type Truth } from './three-valued.ts';

/** Whether a rule denies, and the parts of the decision. */
export type Denial = {
  readonly policy: string;
  /** Counts from 1, because rules have no names. */
  readonly rule: number;
  /** The rule denies the subject and does not except it. */
  readonly member: Truth;
  /** The rule's condition holds. */
  readonly condition: Truth;
  readonly when?: Condition;
  readonly denies: Truth;
  /** Set if this is no rule of a deny policy, but a principal access boundary: what it does. */
  readonly boundary?: string;
};

/** A rule, parsed. */
type ParsedRule = Pick<Denial, 'policy' | 'rule' | 'condition' | 'when'> & {
  readonly denied: Principals;
  readonly excepted: Principals;
};

/** The names of single identities, and all other principals. */
type Principals = {
  readonly names: ReadonlySet<string>;
  readonly others: readonly Member[];
  readonly all: readonly Member[];
};

/** The rules of some policies, parsed once. An audit asks for each of them for thousands of members, and for many permissions. */
type Rules = {
  readonly all: readonly ParsedRule[];
  /** The rules that apply to a permission. */
  readonly of: (permission: string) => ReadonlySet<ParsedRule>;
  /** The rules that deny nothing but single identities, by each of them. */
  readonly byIdentity: ReadonlyMap<string, readonly ParsedRule[]>;
  readonly others: readonly ParsedRule[];
};

const parsed = new WeakMap<readonly DenyPolicy[], Rules>();

function rulesIn(policies: readonly DenyPolicy[]): Rules {
  const known = parsed.get(policies);
  if (known) return known;
  const pairs = policies.flatMap(({ name, rules }) =>
    rules.map((rule, i) => [rule, parsedRule(name, i + 1, rule)] as const),
  );
  const all = pairs.map(([, one]) => one);
  const byPermission = new Map<string, ReadonlySet<ParsedRule>>();
  const others: ParsedRule[] = [];
  const byIdentity = new Map<string, ParsedRule[]>();
  for (const one of all) {
    if (one.denied.others.length > 0) others.push(one);
    for (const name of one.denied.others.length > 0 ? [] : one.denied.names) {
      const same = byIdentity.get(name) ?? [];
      byIdentity.set(name, same);
      same.push(one);
    }
  }
  const of = (permission: string) => {
    const applying =
      byPermission.get(permission) ??
      new Set(pairs.filter(([rule]) => appliesTo(rule, permission)).map(([, one]) => one));
    byPermission.set(permission, applying);
    return applying;
  };
  const rules = { all, of, byIdentity, others };
  parsed.set(policies, rules);
  return rules;
}

const parsedRule = (policy: string, rule: number, given: DenyRule): ParsedRule => ({
  policy,
  rule,
  denied: principalsOf(given.deniedPrincipals),
  excepted: principalsOf(given.exceptionPrincipals),
  // Google supports tag functions alone here, and the audit does not read tags.
  condition: given.condition ? 'unknown' : 'yes',
  ...(given.condition && { when: given.condition }),
});

function principalsOf(texts: readonly string[]): Principals {
  const all = texts.map(parseDenied);
  return {
    all,
    names: new Set(all.flatMap((member) => identityOf(member) ?? [])),
    others: all.filter((member) => identityOf(member) === undefined),
  };
}

/** The name of a user or an account. For two of them `covers` only compares it. */
const identityOf = (member: Member): string | undefined =>
  (member.is === 'user' || member.is === 'account') && member.email !== undefined
    ? `${member.is}:${member.email}`
    : undefined;

/** The subject of a question, with its name if it is a user or an account. */
type Subject = { readonly member: Member; readonly name: string | undefined };

/** Does `includes` say that one of the principals includes the subject? */
function someOf(
  { names, others, all }: Principals,
  { member, name }: Subject,
  includes: (set: Member, subject: Member) => Truth,
): Truth {
  if (name !== undefined && names.has(name)) return 'yes';
  let any: Truth = 'no';
  for (const set of name === undefined ? all : others) {
    const truth = includes(set, member);
    if (truth === 'yes') return truth;
    if (truth === 'unknown') any = truth;
  }
  return any;
}

function isMember({ denied, excepted }: ParsedRule, subject: Subject): Truth {
  const isNamed = someOf(denied, subject, covers);
  return isNamed === 'no' ? 'no' : every([isNamed, not(someOf(excepted, subject, overlaps))]);
}

/** One entry for each rule that denies `permission`: does it deny it to `subject`? */
export function denialsOf(
  policies: readonly DenyPolicy[],
  member: Member,
  permission: string,
): Denial[] {
  const subject = { member, name: identityOf(member) };
  return [...rulesIn(policies).of(permission)].map((one) => {
    const { policy, rule, condition, when } = one;
    const includes = isMember(one, subject);
    const denies = every([includes, condition]);
    return { policy, rule, member: includes, condition, ...(when && { when }), denies };
  });
}

/** For each permission: `yes` only if the policies certainly deny it to everyone that `subject` includes. */
export function isDeniedTo(
  policies: readonly DenyPolicy[],
  member: Member,
): (permission: string) => Truth {
  const { all, of, byIdentity, others } = rulesIn(policies);
  const subject = { member, name: identityOf(member) };
  const denials: { readonly one: ParsedRule; readonly denies: Truth }[] = [];
  const { name } = subject;
  for (const one of name === undefined ? all : [...(byIdentity.get(name) ?? []), ...others]) {
    const denies = every([isMember(one, subject), one.condition]);
    if (denies !== 'no') denials.push({ one, denies });
  }
  return (permission) => {
    const applying = of(permission);
    let any: Truth = 'no';
    for (const { one, denies } of denials) {
      if (!applying.has(one)) continue;
      if (denies === 'yes') return denies;
      any = denies;
    }
    return any;
  };
}

const appliesTo = (rule: DenyRule, permission: string): boolean =>
  rule.deniedPermissions.some((pattern) => matches(pattern, permission)) &&
  !rule.exceptionPermissions.some((pattern) => matches(pattern, permission));

/**
 * `iam.googleapis.com/serviceAccounts.signJwt` matches `iam.serviceAccounts.signJwt`. A `*` matches one part. A deny rule names the service
 * in full, which an allow policy does not always do.
 *
 * @see https://cloud.google.com/iam/docs/deny-permissions-support
 */
function matches(pattern: string, permission: string): boolean {
  const [service = '', ...parts] = permission.split('.');
  const [host = '', rest = ''] = pattern.split('/');
  const patterns = rest.split('.');
  return (
    host === `${FULL_NAMES[service] ?? service}.googleapis.com` &&
    patterns.length === parts.length &&
    patterns.every((part, i) => part === '*' || part === parts[i])
  );
}

/** The services whose name in a permission is not their full name. */
const FULL_NAMES: Readonly<Record<string, string>> = { resourcemanager: 'cloudresourcemanager' };
