import { bindingsOf, GRANT_TITLE, idOfEntitlement } from '../../iam/entitlement.ts';
import { agentCanGrant } from '../../iam/entitlement-agent.ts';
import { everyoneIn, groupsOf } from '../../iam/groups.ts';
import { isSingle, type Member, parseMember } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import type { ActiveGrant, Binding, Entitlement } from '../../iam/policy.ts';
import type { Snapshot } from '../../iam/snapshot.ts';

/** How many steps of severity lie between an entitlement and the same grant in a policy. */
export type LatentSteps = (entitlement: Entitlement) => number;

/** One if others must approve a request, and one if Privileged Access Manager has no right to give the roles today. */
export function latentStepsIn(snapshot: Snapshot): LatentSteps {
  const known = new Map<Entitlement, number>();
  return (entitlement) => {
    const steps =
      known.get(entitlement) ??
      Number(approvalOf(entitlement, snapshot) === 'others') +
        Number(agentCanGrant(entitlement.resource, snapshot) === 'no');
    known.set(entitlement, steps);
    return steps;
  };
}

/**
 * Who approves a request: nobody; somebody who can request the same, so two colleagues are enough; or others. Nobody approves an own request.
 *
 * @see https://cloud.google.com/iam/docs/pam-approve-deny-grants
 */
export function approvalOf(
  { eligible, approvers }: Entitlement,
  { groups }: Pick<Snapshot, 'groups'>,
): 'nobody' | 'colleagues' | 'others' {
  if (!approvers) return 'nobody';
  const requesters = eligible.map(parseMember);
  const [only] = requesters;
  if (requesters.length === 1 && only && isSingle(only)) return 'others';
  const known = (text: string): Member => {
    const member = parseMember(text);
    return member.is === 'user' ? { ...member, groups: groupsOf(groups, text) } : member;
  };
  const everyoneOf = (text: string): string[] => {
    const member = parseMember(text);
    return member.is === 'group' ? [text, ...everyoneIn(groups, member.email).members] : [text];
  };
  const mayRequest = (text: string) =>
    everyoneOf(text).some((one) =>
      requesters.some((requester) => covers(requester, known(one)) === 'yes'),
    );
  return approvers.every((step) => step.some(mayRequest)) ? 'colleagues' : 'others';
}

const APPROVAL = {
  nobody: 'without approval',
  colleagues: 'when another member who can request it approves',
  others: 'when others approve',
} as const;

/** `can request roles/… from the entitlement oncall of projects/acme-data, without approval, and then` */
export function requestText(entitlement: Entitlement, role: string, snapshot: Snapshot): string {
  const from = `the entitlement ${idOfEntitlement(entitlement)} of ${entitlement.resource}`;
  return `can request ${role} from ${from}, ${APPROVAL[approvalOf(entitlement, snapshot)]}, and then`;
}

/** What the request needs, for the evidence. */
export function entitlementEvidence({
  name,
  approvers,
  requiresJustification,
  maxSeconds,
}: Entitlement): {
  entitlement: string;
  approvers?: readonly string[];
  justification: boolean;
  maxSeconds: number;
} {
  return {
    entitlement: name,
    ...(approvers && { approvers: [...new Set(approvers.flat())] }),
    justification: requiresJustification,
    maxSeconds,
  };
}

export const noAgentText = (entitlement: Entitlement, snapshot: Snapshot): string =>
  agentCanGrant(entitlement.resource, snapshot) === 'no'
    ? `; nothing today, because Privileged Access Manager may not set the policy of ${entitlement.resource}`
    : '';

/** The requests that made a binding of a policy, if Privileged Access Manager wrote it. */
export function grantsBehind(
  { role, condition, members }: Binding,
  resource: string,
  { entitlements, activeGrants }: Snapshot,
): readonly ActiveGrant[] {
  if (condition?.title !== GRANT_TITLE) return [];
  const requesters = new Set(members.map((member) => member.slice(member.indexOf(':') + 1)));
  return (entitlements.get(resource) ?? []).flatMap((entitlement) =>
    bindingsOf(entitlement).some((one) => one.role === role)
      ? (activeGrants.get(entitlement.name) ?? []).filter(
          ({ requester, roles }) => requesters.has(requester) && roles.includes(role),
        )
      : [],
  );
}
