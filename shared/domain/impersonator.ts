import { type Account, idOf } from './account.ts';
import type { ChainFile, Exception } from './chain.ts';
import { everHolds } from './condition.ts';
import { isDenied } from './deny.ts';
import { hopsOf } from './hop.ts';
import { type Member, parseMember } from './member.ts';
import { covers } from './membership.ts';
import type { Binding } from './policy.ts';
import { IMPERSONATION_PERMISSIONS } from './role.ts';
import { isServiceAgent } from './service-agent.ts';
import {
  accountIn,
  containersAbove,
  memberOf,
  resourceOfAccount,
  type ServiceAccount,
  type Snapshot,
} from './snapshot.ts';
import type { Truth } from './truth.ts';

/** Somebody in one binding who can become accounts of chains, and whom no hop of any chain needs there. */
export type Impersonator = {
  readonly resource: string;
  readonly binding: Binding;
  readonly member: string;
  /** That the role has one of the five permissions, and that the condition will ever hold. */
  readonly certain: Truth;
  /** Of the five, those that no deny policy takes away on all of `accounts`. All, where the role could not be read. */
  readonly permissions: readonly string[];
  readonly accounts: readonly ServiceAccount[];
};

/** The accounts that chains rest on, each once, with everything above it. */
type Guarded = {
  readonly account: ServiceAccount;
  readonly above: readonly string[];
  /** Whom some hop lets in. */
  readonly expected: readonly Member[];
  readonly excepted: readonly Member[];
};

/** Everyone, direct or inherited, who can impersonate an account of a chain without any hop needing it, or an exception that still runs. */
export function impersonatorsIn(file: ChainFile, snapshot: Snapshot, now: Date): Impersonator[] {
  const guarded = guardedIn(file, snapshot, now);
  const below = Map.groupBy(
    guarded.flatMap((entry) =>
      [resourceOfAccount(entry.account), ...entry.above].map((resource) => ({ resource, entry })),
    ),
    ({ resource }) => resource,
  );
  return [...below].flatMap(([resource, entries]) =>
    (snapshot.policies.get(resource)?.bindings ?? []).flatMap((binding) =>
      membersOver(
        resource,
        binding,
        entries.map(({ entry }) => entry),
        snapshot,
        now,
      ),
    ),
  );
}

function membersOver(
  resource: string,
  binding: Binding,
  guarded: readonly Guarded[],
  snapshot: Snapshot,
  now: Date,
): Impersonator[] {
  const role = snapshot.roles.get(binding.role);
  const held = IMPERSONATION_PERMISSIONS.filter((p) => role?.permissions.has(p) ?? true);
  const ever = everHolds(binding.condition, now);
  if (held.length === 0 || ever === 'no') return [];

  return binding.members.flatMap((text): Impersonator[] => {
    const member = parseMember(text);
    // Under a new account of that name such a grant is dead.
    if (member.is === 'deleted') return [];
    const taken = new Set<string>();
    const accounts = guarded.filter(({ account, above, expected, excepted }) => {
      if (isOneOf(member, expected) || isOneOf(member, excepted)) return false;
      if (isGoogles(member, binding.role, account, snapshot)) return false;
      const denies = above.flatMap((container) => snapshot.denyPolicies.get(container) ?? []);
      const left = held.filter((p) => isDenied(denies, member, p, now) !== 'yes');
      for (const permission of left) taken.add(permission);
      return left.length > 0;
    });
    if (accounts.length === 0) return [];
    return [
      {
        resource,
        binding,
        member: text,
        certain: role && ever === 'yes' ? 'yes' : 'unknown',
        permissions: held.filter((permission) => taken.has(permission)),
        accounts: accounts.map(({ account }) => account),
      },
    ];
  });
}

function guardedIn(file: ChainFile, snapshot: Snapshot, now: Date): Guarded[] {
  const hops = file.chains.flatMap((chain) => hopsOf(chain, file.caller));
  const named = [file.caller, ...hops.map(({ to }) => to)];
  const known = [...new Map(named.map((account) => [idOf(account), account])).values()].flatMap(
    (account) => {
      const found = accountIn(snapshot, account);
      return found === undefined || found === 'missing' ? [] : [found];
    },
  );
  const into = Map.groupBy(hops, ({ to }) => liveIdOf(snapshot, to));
  const exceptions = file.exceptions.filter(({ expires }) => expires > now);
  return [...new Map(known.map((account) => [account.uniqueId, account])).values()].map(
    (account) => ({
      account,
      above: containersAbove(snapshot, account.projectId).names,
      expected: (into.get(account.uniqueId) ?? []).map(({ from }) => memberOf(snapshot, from)),
      excepted: exceptions
        .filter((exception) => speaksOf(exception, account))
        .map(({ member }) => parseMember(member)),
    }),
  );
}

const liveIdOf = (snapshot: Snapshot, account: Account): string | undefined => {
  const found = accountIn(snapshot, account);
  return found === undefined || found === 'missing' ? undefined : found.uniqueId;
};

const speaksOf = ({ account }: Exception, { email, uniqueId }: ServiceAccount): boolean =>
  account.uniqueId === undefined ? account.email === email : account.uniqueId === uniqueId;

/** The very same member: a group that holds an expected one holds others too. */
const isOneOf = (member: Member, members: readonly Member[]): boolean =>
  members.some((one) => one.is === member.is && covers(one, member) === 'yes');

function isGoogles(
  member: Member,
  role: string,
  account: ServiceAccount,
  snapshot: Snapshot,
): boolean {
  const number = snapshot.containers.get(`projects/${account.projectId}`)?.number;
  return (
    member.is === 'account' &&
    member.email !== undefined &&
    number !== undefined &&
    isServiceAgent(member.email, role, number.replace('projects/', ''))
  );
}
