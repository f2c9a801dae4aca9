import fc from 'fast-check';
import { type Certificate, roleDataOf } from '../../shared/certificate/certificate.ts';
import { closureOf, withDigest } from '../../shared/domain/certify/certify.ts';

type Draft = { -readonly [K in keyof Certificate]: Certificate[K] };
/** Changes a copy of a certificate in one place. False if there is no such place. */
type Change = (draft: Draft, pick: <T>(items: readonly T[]) => T | undefined) => boolean;

const drop = <T>(list: T[], item: T | undefined): boolean =>
  item !== undefined && list.splice(list.indexOf(item), 1).length > 0;

/** What the certificate says of its snapshot. Every change makes it say something false. */
export const CLAIMS: Readonly<Record<string, Change>> = {
  'a member of a chain is dropped'(draft, pick) {
    const chain = pick(draft.chains.filter(({ members }) => members.length > 0));
    return chain !== undefined && drop(chain.members, pick(chain.members));
  },
  'a stranger is added to a chain'(draft, pick) {
    pick(draft.chains)?.members.push(['user:zoe@acme.com', 1]);
    return draft.chains.length > 0;
  },
  'a member of a chain gets another cost'(draft, pick) {
    const member = pick(draft.chains.flatMap(({ members }) => members));
    if (member) member[1] = member[1] >= 1000 ? member[1] - 1000 : member[1] + 1;
    return member !== undefined;
  },
  'a member of another set is dropped'(draft, pick) {
    const set = pick(draft.sets);
    return set !== undefined && drop(set.members, pick(set.members));
  },
  'a set is dropped': (draft, pick) => drop(draft.sets, pick(draft.sets)),
  'a reason is changed'(draft, pick) {
    const binding = pick(draft.snapshot.policies.flatMap(({ bindings }) => bindings));
    if (!binding) return false;
    const others = (['role', 'time', 'nobody', 'leads'] as const).filter(
      (reason) => reason !== binding.reason,
    );
    binding.reason = pick(others) ?? 'role';
    return true;
  },
  'a denial is dropped': (draft, pick) => drop(draft.denials, pick(draft.denials)),
  'a denial cites another rule'(draft, pick) {
    const denial = pick(draft.denials);
    if (denial) denial.rule += 1;
    return denial !== undefined;
  },
  'a resource is said to be unread'(draft) {
    draft.coverage.unread.push({ resource: 'projects/zzz', reason: 'it was not read' });
    return true;
  },
  'an uncounted way is dropped': ({ coverage }, pick) =>
    drop(coverage.notCounted, pick(coverage.notCounted)),
  'the time is turned round'(draft) {
    const { from, to } = draft.interval;
    draft.interval = { from: to, to: from };
    return true;
  },
  'the reads begin earlier'(draft) {
    draft.reads = { ...draft.reads, from: '2026-01-01T00:00:00.000Z' };
    return true;
  },
};

/**
 * What the certificate rests on. After such a change, a certificate that is otherwise the same is wrong, or it is the true certificate of
 * another cloud, time or chain file.
 */
export const GROUNDS: Readonly<Record<string, Change>> = {
  'a binding is dropped'({ snapshot }, pick) {
    const policy = pick(snapshot.policies.filter(({ bindings }) => bindings.length > 0));
    return policy !== undefined && drop(policy.bindings, pick(policy.bindings));
  },
  'a member of a binding is dropped'({ snapshot }, pick) {
    const binding = pick(snapshot.policies.flatMap(({ bindings }) => bindings));
    return binding !== undefined && drop(binding.members, pick(binding.members));
  },
  'a member of a binding is replaced'({ snapshot }, pick) {
    const binding = pick(snapshot.policies.flatMap(({ bindings }) => bindings));
    if (binding) binding.members[0] = 'user:zoe@acme.com';
    return binding !== undefined;
  },
  'a binding has another role'({ snapshot }, pick) {
    const binding = pick(snapshot.policies.flatMap(({ bindings }) => bindings));
    const role = pick(snapshot.roles.filter(({ name }) => name !== binding?.role));
    if (binding && role) binding.role = role.name;
    return binding !== undefined && role !== undefined;
  },
  'a binding gets a condition that never holds'({ snapshot }, pick) {
    const binding = pick(snapshot.policies.flatMap(({ bindings }) => bindings));
    if (binding) binding.condition = 'request.time < timestamp("2020-01-01T00:00:00Z")';
    return binding !== undefined;
  },
  'a condition is dropped'({ snapshot }, pick) {
    const all = snapshot.policies.flatMap(({ bindings }) => bindings);
    const binding = pick(all.filter(({ condition }) => condition !== undefined));
    delete binding?.condition;
    return binding !== undefined;
  },
  'a policy is dropped': ({ snapshot }, pick) => drop(snapshot.policies, pick(snapshot.policies)),
  'a policy has another etag'({ snapshot }, pick) {
    const policy = pick(snapshot.policies);
    if (policy) policy.etag = 'BwZ';
    return policy !== undefined;
  },
  'an account is enabled or disabled'({ snapshot }, pick) {
    const account = pick(snapshot.accounts);
    if (account) account.disabled = !account.disabled;
    return account !== undefined;
  },
  'an account is dropped': ({ snapshot }, pick) => drop(snapshot.accounts, pick(snapshot.accounts)),
  'an account is said to be gone'({ snapshot }, pick) {
    const account = pick(snapshot.accounts);
    if (account) snapshot.missing.push(account.email);
    return drop(snapshot.accounts, account);
  },
  'a key is hidden, or made up'({ snapshot }, pick) {
    const account = pick(snapshot.accounts);
    if (account) account.keys = account.keys?.length ? [] : ['0123'];
    return account !== undefined;
  },
  'a role loses a permission'({ snapshot }, pick) {
    const role = pick(snapshot.roles.filter(({ permissions }) => permissions.length > 0));
    return role !== undefined && drop(role.permissions, pick(role.permissions));
  },
  'a role is said to be deleted'({ snapshot }, pick) {
    const role = pick(snapshot.roles.filter(({ state }) => state !== 'deleted'));
    if (role) Object.assign(role, { state: 'deleted', permissions: [] });
    return role !== undefined;
  },
  'a role is dropped': ({ snapshot }, pick) => drop(snapshot.roles, pick(snapshot.roles)),
  'a project is said to be elsewhere'({ snapshot }, pick) {
    const container = pick(snapshot.containers.filter(({ parent }) => parent !== undefined));
    delete container?.parent;
    return container !== undefined;
  },
  'a container is dropped': ({ snapshot }, pick) =>
    drop(snapshot.containers, pick(snapshot.containers)),
  'deny policies are said to be read'({ snapshot }, pick) {
    const container = pick(snapshot.containers);
    if (container) container.denyRead = !container.denyRead;
    return container !== undefined;
  },
  'a deny policy is dropped': ({ snapshot }, pick) =>
    drop(snapshot.denyPolicies, pick(snapshot.denyPolicies)),
  'a deny rule denies everybody'({ snapshot }, pick) {
    const rule = pick(snapshot.denyPolicies.flatMap(({ rules }) => rules));
    if (rule) rule.deniedPrincipals = ['principalSet://goog/public:all'];
    return rule !== undefined;
  },
  'a deny rule loses its exceptions'({ snapshot }, pick) {
    const rules = snapshot.denyPolicies.flatMap((policy) => policy.rules);
    const rule = pick(rules.filter(({ exceptionPrincipals }) => exceptionPrincipals.length > 0));
    if (rule) rule.exceptionPrincipals = [];
    return rule !== undefined;
  },
  'a deny rule loses its condition'({ snapshot }, pick) {
    const rules = snapshot.denyPolicies.flatMap((policy) => policy.rules);
    const rule = pick(rules.filter(({ hasCondition }) => hasCondition));
    if (rule) rule.hasCondition = false;
    return rule !== undefined;
  },
  'a group loses a member'({ snapshot }, pick) {
    const group = pick(snapshot.groups.filter(({ members }) => members.length > 0));
    return group !== undefined && drop(group.members, pick(group.members));
  },
  'a group loses an administrator'({ snapshot }, pick) {
    const group = pick(snapshot.groups.filter((one) => one.administrators.length > 0));
    return group !== undefined && drop(group.administrators, pick(group.administrators));
  },
  'a group is said to be read in part'({ snapshot }, pick) {
    const group = pick(snapshot.groups);
    if (group) group.complete = !group.complete;
    return group !== undefined;
  },
  'the time ends later'(draft) {
    draft.interval = { ...draft.interval, to: '2030-01-01T00:00:00.000Z' };
    return true;
  },
  'a chain is dropped': (draft, pick) => drop(draft.chains, pick(draft.chains)),
  'a chain has another target'({ chains, snapshot }, pick) {
    const chain = pick(chains);
    const account = pick(snapshot.accounts.filter(({ email }) => email !== chain?.target.email));
    if (chain && account) chain.target = { email: account.email };
    return chain !== undefined && account !== undefined;
  },
  'a chain has another kind'({ chains }, pick) {
    const chain = pick(chains);
    if (chain) chain.kind = chain.kind === 'id-token' ? 'access-token' : 'id-token';
    return chain !== undefined;
  },
  'the caller is another account'(draft, pick) {
    const account = pick(draft.snapshot.accounts.filter(({ email }) => email !== draft.caller));
    if (account) draft.caller = account.email;
    return account !== undefined;
  },
  'the chain file is another one'(draft) {
    draft.chainFile = 'f'.repeat(64);
    return true;
  },
};

/** A certificate with one change. `forged`: the same with digests that fit. */
export type Mutated = {
  readonly what: string;
  readonly careless: string;
  readonly forged: string;
  /** The forged one is the true certificate of another cloud. */
  readonly isTrueElsewhere: boolean;
};

/** Undefined if the certificate has no place for this change. */
export function mutated(certificate: Certificate, what: string, seed: number): Mutated | undefined {
  const change = CLAIMS[what] ?? GROUNDS[what];
  const draft: Draft = structuredClone(certificate);
  const pick = <T>(items: readonly T[]): T | undefined =>
    items.length === 0 ? undefined : fc.sample(fc.constantFrom(...items), { seed, numRuns: 1 })[0];
  if (!change?.(draft, pick)) return undefined;
  const forged = withDigest(inOrder({ ...draft, roleData: roleDataOf(draft) }));
  const unread = new Map(forged.coverage.unread.map((one) => [one.resource, one.reason]));
  const closed = closureOf(forged);
  const truth = withDigest({
    ...closed,
    coverage: {
      ...closed.coverage,
      unread: closed.coverage.unread.map(({ resource }) => ({
        resource,
        reason: unread.get(resource) ?? '',
      })),
    },
  });
  return {
    what,
    careless: JSON.stringify(draft),
    forged: JSON.stringify(forged),
    isTrueElsewhere: what in GROUNDS && JSON.stringify(truth) === JSON.stringify(forged),
  };
}

/** A careful forger keeps each list in its order. */
function inOrder(certificate: Certificate): Certificate {
  const by =
    <T>(nameOf: (one: T) => string) =>
    (a: T, b: T) =>
      nameOf(a) < nameOf(b) ? -1 : 1;
  for (const { members } of certificate.chains) members.sort(by(([member]) => member));
  certificate.coverage.unread.sort(by(({ resource }) => resource));
  certificate.snapshot.missing.sort();
  return certificate;
}
