import type { Unread } from '../basics/unread.ts';
import { parseMember } from '../iam/member.ts';
import { covers } from '../iam/membership.ts';
import { memberOf, type Snapshot } from '../iam/snapshot.ts';
import type { Access } from './access/find-access.ts';
import type { EvaluatedHop } from './hops/findings.ts';

const ALWAYS: readonly Unread[] = [
  {
    resource: 'domain-wide delegation',
    reason:
      'a Workspace administrator may let an account act as any user of a domain: only the Admin console tells',
  },
  {
    resource: 'policies of Cloud Run services',
    reason: 'who may change one of our functions by a policy of its own is not looked at',
  },
];

/** What no policy tells, so that nobody takes a report for more than it is. */
export function notCoveredBy({ holds }: Access): Unread[] {
  const groups = new Set(holds.flatMap(({ who, member }) => (who.is === 'group' ? [member] : [])));
  const pools = new Set(holds.flatMap(({ who }) => (who.is === 'federated' ? [who.pool] : [])));
  return [
    ...ALWAYS,
    ...[...groups].map((resource) => ({
      resource,
      reason: 'who is in it, and who may change that, its managers know and IAM does not',
    })),
    ...[...pools].map((resource) => ({
      resource,
      reason: 'whom its providers trust is not looked at',
    })),
  ];
}

/**
 * The members and deny rules that decide an unknown hop and that no policy explains, such as a group. They count as unread, so that the
 * report is not taken for complete.
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
          reason: 'a grant that a hop may rest on is for this, and IAM does not tell who is in it',
        })),
        ...rules.map(({ policy, rule }) => ({
          resource: policy,
          reason: `whether rule ${rule} denies a hop cannot be decided`,
        })),
      ];
    });
  return [...new Map(undecided.map((one) => [`${one.resource} ${one.reason}`, one])).values()];
}
