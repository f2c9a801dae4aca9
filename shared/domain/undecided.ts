import type { EvaluatedHop } from './audit/hops/findings.ts';
import type { Unread } from './basics/unread.ts';
import { parseMember } from './iam/member.ts';
import { covers } from './iam/membership.ts';
import { memberOf, type Snapshot } from './iam/snapshot.ts';

/**
 * What hops that are unknown rest on and no policy tells: who is in a group, say. It counts as unread, so that nobody takes the report
 * for complete.
 */
export function undecidedBy(hops: readonly EvaluatedHop[], snapshot: Snapshot): Unread[] {
  const undecided = hops
    .filter(({ evaluation }) => evaluation.state === 'unknown')
    .flatMap(({ hop, evaluation }): Unread[] => {
      const principal = memberOf(snapshot, hop.from);
      const members =
        evaluation.granted === 'unknown'
          ? evaluation.looks
              .filter((look) => look.grants === 'unknown' && look.member === 'unknown')
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
