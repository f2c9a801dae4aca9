import type { ChainFile } from './chain.ts';
import { type Finding, fingerprintOf, type Severity } from './finding.ts';
import { type Fix, grantHop, removeMember } from './fix.ts';
import type { EvaluatedHop } from './hop-finding.ts';
import type { Impersonator } from './impersonator.ts';
import { parseMember } from './member.ts';
import { covers } from './membership.ts';
import type { Binding } from './policy.ts';
import { mintableBy } from './role.ts';
import { accountIn, memberOf, type Snapshot } from './snapshot.ts';

/** One finding per member of a binding, with all the accounts and chains that it opens. */
export function impersonatorFindings(
  who: readonly Impersonator[],
  file: ChainFile,
  hops: readonly EvaluatedHop[],
  snapshot: Snapshot,
): Finding[] {
  const chainsOf = chainsByAccount(file, snapshot);
  const restingOn = Map.groupBy(hops, onlyGrantOf);
  return who.map((one) => {
    const { resource, binding, member, certain, permissions, accounts } = one;
    const { role, condition } = binding;
    const kind = 'unexpected-impersonator';
    const emails = accounts.map(({ email }) => email);
    const kinds = mintableBy(permissions);
    const may = certain === 'yes' ? 'can' : 'may be able to';
    const act = kinds.length > 0 ? `mint ${kinds.join(', ')} as` : 'delegate through';
    const over = emails.length === 1 ? emails[0] : `${emails.length} accounts of chains`;
    const first = grantsInstead(member, restingOn.get(binding) ?? [], snapshot);
    return {
      kind,
      severity: severityOf(one, snapshot),
      account: emails[0] ?? '',
      member,
      fingerprint: fingerprintOf(kind, resource, role, member, condition),
      evidence: {
        summary: `${member} ${may} ${act} ${over}, and no hop needs it`,
        resource,
        role,
        ...(condition && { condition }),
        accounts: emails,
        chains: [...new Set(accounts.flatMap(({ uniqueId }) => chainsOf.get(uniqueId) ?? []))],
        kinds,
        ...(certain !== 'yes' && { possible: true }),
      },
      fix: removeMember(resource, role, member, condition, first),
    };
  });
}

/**
 * Everyone on the internet comes before whoever can for certain. What may not be so is told a step lower, as is `implicitDelegation` alone:
 * it mints nothing of these accounts, only of those that they in turn can mint for.
 */
function severityOf(
  { member, binding, certain, permissions }: Impersonator,
  snapshot: Snapshot,
): Severity {
  if (!snapshot.roles.has(binding.role)) return 'low';
  if (certain !== 'yes' || mintableBy(permissions).length === 0) return 'medium';
  return ['public', 'authenticated'].includes(parseMember(member).is) ? 'critical' : 'high';
}

/** The chains of each account, by its unique ID. */
function chainsByAccount(file: ChainFile, snapshot: Snapshot): Map<string, string[]> {
  const chains = new Map<string, string[]>();
  for (const { name, delegates, target } of file.chains) {
    for (const account of [file.caller, ...delegates, target]) {
      const known = accountIn(snapshot, account);
      if (known === undefined || known === 'missing') continue;
      const names = chains.get(known.uniqueId) ?? [];
      names.push(name);
      chains.set(known.uniqueId, names);
    }
  }
  return chains;
}

/** The binding without which a hop has no grant; none where it has several. */
function onlyGrantOf({ evaluation }: EvaluatedHop): Binding | undefined {
  const [first, ...more] = evaluation.looks.filter(({ grants }) => grants === 'yes');
  return more.length === 0 ? first?.binding : undefined;
}

/** A hop that would break without this member gets a grant of its own first. */
function grantsInstead(member: string, hops: readonly EvaluatedHop[], snapshot: Snapshot): Fix[] {
  const parsed = parseMember(member);
  const fixes = hops.flatMap(({ hop, evaluation: { from, to } }) => {
    if (!from || from === 'missing' || !to || to === 'missing') return [];
    return covers(parsed, memberOf(snapshot, hop.from)) === 'yes'
      ? [grantHop(from.email, { ...to, name: to.email })]
      : [];
  });
  return [...new Map(fixes.map((fix) => [fix.gcloud, fix])).values()];
}
