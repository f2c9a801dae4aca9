import { nameOf } from '../../chain/account.ts';

import { grantHop } from '../../grants/fix.ts';
import type { Ending } from '../../grants/forecast.ts';
import { withRefusal } from '../../iam/condition/condition.ts';
import type { CheckedBinding } from '../../iam/evaluate-hop.ts';
import { parseMembers } from '../../iam/member.ts';
import { resourceOfAccount, type ServiceAccount } from '../../iam/snapshot.ts';
import { type Evidence, type Finding, fingerprintOf } from '../finding/finding.ts';
import type { EvaluatedHop } from './evaluate-hops.ts';

/** Why a hop does not work, or will stop working. A missing account is not reported here, because `accountFindings` reports it. */
export function hopFindings({ chain, number, hop, evaluation }: EvaluatedHop): Finding[] {
  const { from, to, granted, denied, checkedBindings, denials, ending } = evaluation;
  if (from === 'missing' || to === undefined || to === 'missing') return [];
  const fromEmail = from?.email ?? hop.from.email;
  const needs = `${from?.email ?? nameOf(hop.from)} needs ${hop.permission} on ${to.email}`;
  const resource = resourceOfAccount(to);
  const finding = (
    kind: Finding['kind'],
    severity: Finding['severity'],
    evidence: Evidence,
  ): Finding => ({
    kind,
    severity,
    chain,
    chains: [chain],
    hop: number,
    account: to.email,
    ...(fromEmail !== undefined && { member: `serviceAccount:${fromEmail}` }),
    fingerprint: fingerprintOf(
      kind,
      chain,
      nameOf(hop.from),
      nameOf(hop.to),
      hop.permission,
      evidence.condition,
    ),
    evidence,
    ...(kind !== 'hop-denied' &&
      fromEmail !== undefined && { fix: grantHop(fromEmail, { ...to, name: to.email }) }),
  });

  const findings: Finding[] = [];
  const denial = denials.find(({ denies }) => denies === 'yes');
  if (denied === 'yes' && denial) {
    const summary = `${needs}; ${denial.boundary ?? `rule ${denial.rule} of a deny policy forbids it`}`;
    findings.push(finding('hop-denied', 'high', { summary, resource, denyPolicy: denial.policy }));
  }
  const dead = granted === 'no' && from ? grantToDeleted(checkedBindings, from) : undefined;
  const conditional = granted === 'yes' ? undefined : conditionalGrant(checkedBindings, granted);
  if (conditional) {
    const [severity, why] =
      granted === 'no'
        ? (['high', 'does not hold'] as const)
        : (['medium', 'cannot be decided'] as const);
    const clause = `the condition of its grant ${why}`;
    const summary = `${needs}; ${withRefusal(clause, conditional.binding.condition)}`;
    findings.push(finding('hop-conditional', severity, { summary, ...evidenceOf(conditional) }));
  } else if (dead) {
    const summary = `${needs}; its grant is for a deleted account with the same email`;
    findings.push(finding('account-recreated', 'high', { summary, ...evidenceOf(dead) }));
  } else if (granted === 'no') {
    findings.push(
      finding('hop-missing', 'high', { summary: `${needs}, and has no grant`, resource }),
    );
  }
  const ends = checkedBindings.find(({ grants, binding }) => grants === 'yes' && binding.condition);
  if (ending) {
    const [kind, severity, when] = ENDS[ending.when];
    const end = ending.at.toISOString();
    const mintFailsAt = ending.mintFailsAt.toISOString();
    const clause = ending.isUnknown
      ? `whether the condition of its grant holds from ${end} cannot be decided, so ${when} may fail`
      : ending.returns
        ? `the condition of its grant does not hold from ${end} for a time, so ${when} fails`
        : `its grant ends at ${end}, so ${when} fails`;
    findings.push(
      finding(ending.returns ? 'hop-conditional' : kind, severity, {
        summary: `${needs}; ${clause} at ${mintFailsAt}`,
        ...(ends ? evidenceOf(ends) : { resource }),
        endsAt: end,
        mintFailsAt,
      }),
    );
  }
  return findings;
}

/** A nearer end has a higher severity. If the grant ends before the credential after next is minted, there is hardly time to renew it. */
const ENDS: Readonly<
  Record<Ending['when'], readonly [Finding['kind'], Finding['severity'], string]>
> = {
  nextMint: ['hop-expiring', 'high', 'the next mint'],
  afterNext: ['hop-expiring', 'high', 'the mint after next'],
  day: ['hop-conditional', 'medium', 'a mint within a day'],
  week: ['hop-conditional', 'low', 'a mint within a week'],
};

const evidenceOf = ({ resource, binding: { role, condition } }: CheckedBinding) => ({
  resource,
  role,
  ...(condition && { condition }),
});

/** A grant to a deleted account that had the same email as the hop's account. */
const grantToDeleted = (
  looks: readonly CheckedBinding[],
  { email, uniqueId }: ServiceAccount,
): CheckedBinding | undefined =>
  looks.find(
    ({ role, binding }) =>
      role === 'yes' &&
      parseMembers(binding.members).some(
        (member) => member.is === 'deleted' && member.email === email && member.uid !== uniqueId,
      ),
  );

/** A grant that only its condition keeps from working. */
const conditionalGrant = (
  looks: readonly CheckedBinding[],
  granted: 'no' | 'unknown',
): CheckedBinding | undefined =>
  looks.find((l) => l.role === 'yes' && l.member === 'yes' && l.condition === granted);
