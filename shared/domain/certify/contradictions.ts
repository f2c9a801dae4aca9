import type { Certificate } from '../../certificate/certificate.ts';
import type { Access } from '../audit/access/find-access.ts';
import { type Reach, reachIn } from '../audit/access/reach.ts';
import type { Steps } from '../basics/steps.ts';
import type { ChainFile } from '../chain/chain.ts';
import { intervalsOf, NOTHING } from '../iam/condition/condition.ts';
import { nanosOf } from '../iam/condition/literal.ts';
import { denialsOf } from '../iam/deny-rules.ts';
import { parseMember } from '../iam/member.ts';
import { READ_SECRET, WRITE_SECRET } from '../iam/permissions.ts';
import { memberOf, type Snapshot } from '../iam/snapshot.ts';

/**
 * Where the evaluation of the audit contradicts a certificate. Both read the same snapshot, and share no code. So a contradiction is a bug of
 * one of them.
 *
 * @returns one sentence for each
 */
export function* contradictionsIn(
  certificate: Certificate,
  file: ChainFile,
  snapshot: Snapshot,
  access: Access,
  now: Date,
): Steps<string[]> {
  return [
    ...timesIn(certificate),
    ...denialsIn(certificate, snapshot),
    ...(yield* leftOut(certificate, file, snapshot, access, now)),
  ];
}

function timesIn({ interval, snapshot: { policies } }: Certificate): string[] {
  const [from, to] = [nanosOf(new Date(interval.from)), nanosOf(new Date(interval.to))];
  return policies.flatMap(({ resource, bindings }) =>
    bindings.flatMap(({ reason, condition: expression = '' }, i) => {
      if (reason !== 'time') return [];
      const holds = intervalsOf({ expression }, NOTHING, from, to).some(
        ({ truth }) => truth === 'yes',
      );
      return holds ? [`the condition of binding ${i + 1} of ${resource} holds at some time`] : [];
    }),
  );
}

function denialsIn({ denials }: Certificate, snapshot: Snapshot): string[] {
  const policies = [...snapshot.denyPolicies.values()].flat();
  return denials.flatMap(({ who, permission, policy, rule }) => {
    const member = parseMember(who);
    const subject =
      member.is === 'account' && member.email !== undefined
        ? memberOf(snapshot, { email: member.email })
        : member;
    const denies = denialsOf(policies, subject, permission).some(
      (one) => one.policy === policy && one.rule === rule && one.denies !== 'no',
    );
    return denies ? [] : [`rule ${rule} of ${policy} does not deny ${permission} to ${who}`];
  });
}

/** Members who surely get a credential by the audit, and are not in the set of the certificate. */
function* leftOut(
  certificate: Certificate,
  file: ChainFile,
  snapshot: Snapshot,
  access: Access,
  now: Date,
): Steps<string[]> {
  const reachOf = yield* reachIn(file, access, snapshot, now, () => true);
  const sets = new Map(certificate.chains.map((one) => [one.name, new Map(one.members)]));
  // The audit also counts grants that begin after the end of the certificate.
  const later = new Set(
    certificate.snapshot.policies.flatMap(({ resource, bindings }) =>
      bindings.flatMap(({ role, reason }) => (reason === 'time' ? [`${resource} ${role}`] : [])),
    ),
  );
  // A certificate has the members of a group, and not the group.
  const expanded = new Set(certificate.snapshot.groups.map(({ name }) => name));
  const contradictions: string[] = [];
  for (const chain of file.chains) {
    for (const reach of yield* reachOf(chain)) {
      const { member, possible, steps } = reach;
      if (possible || writes(reach) || expanded.has(member)) continue;
      if (steps.some(({ resource, role }) => later.has(`${resource} ${role}`))) continue;
      if (sets.get(chain.name)?.has(member)) continue;
      contradictions.push(`${member} can get the credential of ${chain.name}`);
    }
  }
  return contradictions;
}

/** A writer of a secret decides what readers get, but does not get the credential. */
const writes = ({ steps }: Reach): boolean => {
  const { permission = '', on = '' } = steps.at(-1) ?? {};
  const isSecret = on.includes('/secrets/');
  return isSecret && permission !== READ_SECRET && WRITE_SECRET.slice(0, -1).includes(permission);
};
