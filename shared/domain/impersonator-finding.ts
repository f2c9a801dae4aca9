import type { ChainFile } from './chain.ts';
import { type Finding, fingerprintOf, type Severity } from './finding.ts';
import { type Fix, grantHop, removeMember } from './fix.ts';
import type { EvaluatedHop } from './hop-finding.ts';
import type { Impersonator } from './impersonator.ts';
import { parseMember } from './member.ts';
import { covers } from './membership.ts';
import { mintableBy } from './role.ts';
import { accountIn, memberOf, type ServiceAccount, type Snapshot } from './snapshot.ts';

/** One finding per member of a binding, with all the accounts and chains that it opens. */
export function impersonatorFinding(
  who: Impersonator,
  file: ChainFile,
  hops: readonly EvaluatedHop[],
  snapshot: Snapshot,
): Finding {
  const { resource, binding, member, certain, permissions, accounts } = who;
  const { role, condition } = binding;
  const kind = 'unexpected-impersonator';
  const emails = accounts.map(({ email }) => email);
  const kinds = mintableBy(permissions);
  const may = certain === 'yes' ? 'can' : 'may be able to';
  const act = kinds.length > 0 ? `mint ${kinds.join(', ')}` : 'delegate further';
  const over = emails.length === 1 ? emails[0] : `${emails.length} accounts of chains`;
  return {
    kind,
    severity: severityOf(who, snapshot),
    account: emails[0] ?? '',
    member,
    fingerprint: fingerprintOf(kind, resource, role, member, condition),
    evidence: {
      summary: `${member} ${may} ${act} as ${over}, and no hop needs it`,
      resource,
      role,
      ...(condition && { condition }),
      accounts: emails,
      chains: chainsOver(accounts, file, snapshot),
      kinds,
      ...(certain !== 'yes' && { possible: true }),
    },
    fix: removeMember(resource, role, member, condition, grantsInstead(who, hops, snapshot)),
  };
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

function chainsOver(
  accounts: readonly ServiceAccount[],
  file: ChainFile,
  snapshot: Snapshot,
): string[] {
  const ids = new Set(accounts.map(({ uniqueId }) => uniqueId));
  return file.chains
    .filter(({ delegates, target }) =>
      [file.caller, ...delegates, target].some((account) => {
        const known = accountIn(snapshot, account);
        return known !== undefined && known !== 'missing' && ids.has(known.uniqueId);
      }),
    )
    .map(({ name }) => name);
}

/** A hop that has nothing but this member of this binding would break with it: it gets a grant of its own first. */
function grantsInstead(
  { binding, member }: Impersonator,
  hops: readonly EvaluatedHop[],
  snapshot: Snapshot,
): Fix[] {
  const parsed = parseMember(member);
  const fixes = hops.flatMap(({ hop, evaluation: { from, to, looks } }) => {
    const grants = looks.filter((look) => look.grants === 'yes');
    if (grants.length === 0 || grants.some((look) => look.binding !== binding)) return [];
    if (!from || from === 'missing' || !to || to === 'missing') return [];
    return covers(parsed, memberOf(snapshot, hop.from)) === 'yes'
      ? [grantHop(from.email, { ...to, name: to.email })]
      : [];
  });
  return [...new Map(fixes.map((fix) => [fix.gcloud, fix])).values()];
}
