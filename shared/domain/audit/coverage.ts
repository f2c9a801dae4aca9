import type { Steps } from '../basics/steps.ts';
import type { Unread } from '../basics/unread.ts';
import { idOf } from '../chain/account.ts';
import { withRefusal } from '../iam/condition/condition.ts';
import { parseMembers } from '../iam/member.ts';
import { covers } from '../iam/membership.ts';
import type { Binding } from '../iam/policy.ts';
import { memberOf, type Snapshot } from '../iam/snapshot.ts';
import type { Access } from './access/find-access.ts';
import type { EvaluatedHop } from './hops/evaluate-hops.ts';

const NEVER_COVERED: readonly Unread[] = [
  {
    resource: 'domain-wide delegation',
    reason:
      'a Workspace administrator can let a service account act as any user of a domain: only the Admin console shows this',
  },
  {
    resource: 'policies of Cloud Run services',
    reason:
      'a policy on one of our Cloud Run services, or on one job, function, instance or cluster, can let a member change it: the audit does not read these policies',
  },
  {
    resource: 'what runs in Kubernetes, Composer and other services',
    reason:
      'the roles of Kubernetes, the workloads of services without a list of all locations, and the buckets and repositories that workloads take their code from are not read',
  },
];

const TAG_VALUES: Unread = {
  resource: 'policies of tag values',
  reason:
    'who binds a tag needs a permission on the tag value too: the audit does not read these policies, and calls everyone who may bind tags to the resource possible',
};

/** Ways to get access that no IAM policy shows. A report lists them, so that readers know its limits. */
export function notCoveredBy(
  { holders: holds, assets }: Access,
  { groups: read, unreadGroups, unreadBoundaries }: Snapshot,
): Unread[] {
  const groups = new Set(
    holds.flatMap(({ principal: who }) => (who.is === 'group' ? [who.email] : [])),
  );
  const pools = new Set(
    holds.flatMap(({ principal: who }) => (who.is === 'federated' ? [who.pool] : [])),
  );
  return [
    ...NEVER_COVERED,
    ...(assets.some(({ is }) => is === 'tags') ? [TAG_VALUES] : []),
    ...[...groups].flatMap((email): Unread[] => {
      const resource = `group:${email}`;
      const known = read.get(email);
      if (!known) {
        const because = unreadGroups.get(email);
        const reason = 'IAM does not show the members of a group, nor who can add members';
        return [{ resource, reason: because === undefined ? reason : `${reason} (${because})` }];
      }
      return known.isComplete
        ? []
        : [{ resource, reason: 'it has members that IAM does not know' }];
    }),
    ...[...(unreadBoundaries ?? [])].map(([container, because]) => ({
      resource: `principal access boundaries of ${container}`,
      reason: `a boundary can keep an account of a chain from the next one (${because})`,
    })),
    ...[...pools].map((resource) => ({
      resource,
      reason: 'the audit does not read which identities the providers of the pool trust',
    })),
  ];
}

/**
 * The members and deny rules that leave a hop unknown, such as a group whose members IAM does not show. They count as unread, so that
 * the report is not clean.
 */
export function* undecidedIn(hops: readonly EvaluatedHop[], snapshot: Snapshot): Steps<Unread[]> {
  const undecided = new Map<string, Unread>();
  const add = (resource: string, reason: string) =>
    undecided.set(`${resource} ${reason}`, { resource, reason });
  // A thousand hops from one account may depend on the same binding.
  const asked = new Map<string, Set<Binding>>();
  for (const { hop, evaluation } of hops) {
    const { state, granted, checkedBindings, denials } = evaluation;
    if (state !== 'unknown') continue;
    const known = asked.get(idOf(hop.from)) ?? new Set();
    asked.set(idOf(hop.from), known);
    const principal = memberOf(snapshot, hop.from);
    for (const { grants, member, binding } of granted === 'unknown' ? checkedBindings : []) {
      if (grants !== 'unknown' || member !== 'unknown' || known.has(binding)) continue;
      yield;
      known.add(binding);
      for (const [i, one] of parseMembers(binding.members).entries()) {
        if (covers(one, principal) === 'unknown') add(binding.members[i] ?? '', UNKNOWN_MEMBER);
      }
    }
    for (const { denies, policy, rule, when, boundary } of denials) {
      if (denies !== 'unknown') continue;
      add(policy, boundary ?? withRefusal(`whether rule ${rule} denies a hop is unknown`, when));
    }
    yield;
  }
  return [...undecided.values()];
}

const UNKNOWN_MEMBER =
  'a hop may depend on a grant to this member, and IAM does not show which accounts it includes';
