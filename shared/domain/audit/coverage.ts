import type { Unread } from '../basics/unread.ts';
import { withRefusal } from '../iam/condition/condition.ts';
import { parseMember } from '../iam/member.ts';
import { covers } from '../iam/membership.ts';
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
      'a policy on one of our Cloud Run services can let a member change the service: the audit does not read these policies',
  },
];

/** Ways to get access that no IAM policy shows. A report lists them, so that readers know its limits. */
export function notCoveredBy(
  { holders: holds }: Access,
  { groups: read, unreadGroups }: Snapshot,
): Unread[] {
  const groups = new Set(
    holds.flatMap(({ principal: who }) => (who.is === 'group' ? [who.email] : [])),
  );
  const pools = new Set(
    holds.flatMap(({ principal: who }) => (who.is === 'federated' ? [who.pool] : [])),
  );
  return [
    ...NEVER_COVERED,
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
export function undecidedIn(hops: readonly EvaluatedHop[], snapshot: Snapshot): Unread[] {
  const undecided = hops
    .filter(({ evaluation }) => evaluation.state === 'unknown')
    .flatMap(({ hop, evaluation }): Unread[] => {
      const principal = memberOf(snapshot, hop.from);
      const members =
        evaluation.granted === 'unknown'
          ? evaluation.checkedBindings
              .filter(({ grants, member }) => grants === 'unknown' && member === 'unknown')
              .flatMap(({ binding }) => binding.members)
              .filter((text) => covers(parseMember(text), principal) === 'unknown')
          : [];
      const rules = evaluation.denials.filter(({ denies }) => denies === 'unknown');
      return [
        ...members.map((resource) => ({
          resource,
          reason:
            'a hop may depend on a grant to this member, and IAM does not show which accounts it includes',
        })),
        ...rules.map(({ policy, rule, when }) => ({
          resource: policy,
          reason: withRefusal(`whether rule ${rule} denies a hop is unknown`, when),
        })),
      ];
    });
  return [...new Map(undecided.map((one) => [`${one.resource} ${one.reason}`, one])).values()];
}
