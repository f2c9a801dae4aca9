import { nameOf } from './account.ts';
import type { Evaluation, Look } from './evaluate.ts';
import { type Evidence, type Finding, fingerprintOf } from './finding.ts';
import { grantHop } from './fix.ts';
import type { Hop } from './hop.ts';
import { resourceOfAccount } from './snapshot.ts';

/** A hop of a chain and what became of it. */
export type EvaluatedHop = {
  readonly chain: string;
  /** From 1. */
  readonly number: number;
  readonly hop: Hop;
  readonly evaluation: Evaluation;
};

/** Why a hop does not work, unless an account of it is missing, which is told of the account. */
export function hopFindings({ chain, number, hop, evaluation }: EvaluatedHop): Finding[] {
  const { from, to, granted, denied, looks, denials } = evaluation;
  if (from === 'missing' || to === undefined || to === 'missing') return [];
  const fromEmail = from?.email ?? hop.from.email;
  const needs = `${nameOf(hop.from)} needs ${hop.permission} on ${nameOf(hop.to)}`;
  const resource = resourceOfAccount(to);
  const finding = (
    kind: Finding['kind'],
    severity: Finding['severity'],
    evidence: Evidence,
  ): Finding => ({
    kind,
    severity,
    chain,
    hop: number,
    account: nameOf(hop.to),
    ...(fromEmail !== undefined && { member: `serviceAccount:${fromEmail}` }),
    fingerprint: fingerprintOf(kind, chain, nameOf(hop.from), nameOf(hop.to), hop.permission),
    evidence,
    ...(kind !== 'hop-denied' &&
      fromEmail !== undefined && { fix: grantHop(fromEmail, { ...to, name: to.email }) }),
  });

  const findings: Finding[] = [];
  const denial = denials.find(({ denies }) => denies === 'yes');
  if (denied === 'yes' && denial) {
    const summary = `${needs}; rule ${denial.rule} of a deny policy forbids it`;
    findings.push(finding('hop-denied', 'high', { summary, resource, denyPolicy: denial.policy }));
  }
  const conditional = granted === 'yes' ? undefined : conditionalLook(looks, granted);
  if (conditional) {
    const { binding } = conditional;
    const [severity, why] =
      granted === 'no'
        ? (['high', 'does not hold'] as const)
        : (['medium', 'cannot be decided'] as const);
    findings.push(
      finding('hop-conditional', severity, {
        summary: `${needs}; the condition of its grant ${why}`,
        resource: conditional.resource,
        role: binding.role,
        ...(binding.condition && { condition: binding.condition }),
      }),
    );
  } else if (granted === 'no') {
    findings.push(
      finding('hop-missing', 'high', { summary: `${needs}, and has no grant`, resource }),
    );
  }
  return findings;
}

/** A grant that nothing but its condition keeps from helping. */
const conditionalLook = (looks: readonly Look[], granted: 'no' | 'unknown'): Look | undefined =>
  looks.find((l) => l.role === 'yes' && l.member === 'yes' && l.condition === granted);
