import type { ChainFile } from '../../chain/chain.ts';
import { removeMember } from '../../grants/fix.ts';
import { READ_SECRET, WRITE_SECRET } from '../../iam/permissions.ts';
import { mintableBy } from '../../iam/role.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Access } from '../access/find-access.ts';
import {
  type Holder,
  isAdministrator,
  isEveryone,
  isImpersonation,
  permissionsOf,
} from '../access/holders.ts';
import { type ChainHop, type HopBindings, hopBindingsOf } from '../access/hop-bindings.ts';
import { withInheritedHops } from '../access/inherited-hops.ts';
import { intermediatePaths, type PathFromIntermediate } from '../access/intermediate-paths.ts';
import { type Finding, type FindingKind, fingerprintOf } from '../finding/finding.ts';
import type { EvaluatedHop } from '../hops/evaluate-hops.ts';
import { administratorFindings } from './administrator-findings.ts';
import { type Replacements, replacementsIn } from './fixes.ts';
import { severityOf } from './severity.ts';
import { summaryOf } from './summary.ts';

type Context = {
  readonly hopBindings: HopBindings;
  readonly replacements: Replacements;
  readonly pathFrom: PathFromIntermediate;
  readonly snapshot: Snapshot;
};

/** One finding for each unexpected member of each binding that opens an asset, and one for the administrators of each container. */
export function accessFindings(
  { assets, holders }: Access,
  file: ChainFile,
  hops: readonly EvaluatedHop[],
  snapshot: Snapshot,
): Finding[] {
  const context = {
    hopBindings: hopBindingsOf(file, hops, snapshot),
    replacements: replacementsIn(hops, file, snapshot),
    pathFrom: intermediatePaths(holders),
    snapshot,
  };
  const reported = withInheritedHops(
    holders.filter((holder) => !isAdministrator(holder)),
    assets,
    context.hopBindings,
    snapshot,
  );
  return [
    ...reported.map((holder) => findingOf(holder, context)),
    ...administratorFindings(holders),
  ];
}

function findingOf(holder: Holder, context: Context): Finding {
  const { resource, binding, member, certain, opens } = holder;
  const { role, condition } = binding;
  const { kind, chainHop, mainAccounts } = classify(holder, context.hopBindings);
  const assets = opens.map(({ asset }) => asset);
  // The first account is the finding's `account`. Accounts that the member opens come before accounts that are only affected.
  const accounts = [
    ...new Set([
      ...mainAccounts,
      ...assets.filter(({ is }) => is === 'account').map(({ name }) => name),
      ...assets.flatMap((asset) => asset.accounts),
    ]),
  ];
  const secrets = assets.filter(({ is }) => is === 'secret').map(({ name }) => name);
  const kinds = mintableBy(permissionsOf(holder).filter(isImpersonation));
  const path = pathOf(holder, context.pathFrom);
  const severity = severityOf(kind, holder, context.snapshot.roles.has(role));
  const remove = () =>
    removeMember(resource, role, member, condition, context.replacements(binding, member));
  return {
    kind,
    severity,
    ...chainHop,
    account: accounts[0] ?? '',
    member,
    fingerprint: fingerprintOf(kind, resource, role, member, condition),
    evidence: {
      summary: summaryOf(kind, holder, path),
      resource,
      role,
      ...(condition && { condition }),
      accounts,
      chains: [...new Set(assets.flatMap(({ chains }) => chains))],
      ...(secrets.length > 0 && { secrets }),
      permissions: permissionsOf(holder),
      kinds,
      ...(path.length > 0 && { path }),
      ...(certain !== 'yes' && { possible: true }),
    },
    // An info finding has no fix: nothing has to change.
    ...(severity !== 'info' && { fix: remove() }),
  };
}

type Classification = {
  readonly kind: FindingKind;
  readonly chainHop: ChainHop | undefined;
  /** The accounts that the finding names first. */
  readonly mainAccounts: readonly string[];
};

function classify(holder: Holder, hopBindings: HopBindings): Classification {
  const as = (
    kind: FindingKind,
    chainHop?: ChainHop,
    mainAccounts: readonly string[] = [],
  ): Classification => ({ kind, chainHop, mainAccounts });
  if (isEveryone(holder.principal) && holder.certain === 'yes') return as('public');
  const impersonates = holder.opens.some(
    ({ asset, permissions }) => asset.account && permissions.some(isImpersonation),
  );
  if (impersonates) {
    const inherited = hopBindings.inheritedHops.get(holder.binding)?.get(holder.member);
    const overgranted = inherited?.[0] ?? hopBindings.overgrantedHop(holder);
    if (overgranted) {
      const { chain, number, evaluation } = overgranted;
      const to = evaluation.to === 'missing' ? undefined : evaluation.to?.email;
      return as('overgrant', { chain, hop: number }, to === undefined ? [] : [to]);
    }
    const shortcut = hopBindings.shortcut(holder);
    if (shortcut) return as('shortcut', shortcut.chainHop, [shortcut.to]);
    return as('unexpected-impersonator');
  }
  if (holder.opens.some(({ asset }) => asset.is !== 'secret')) return as('escalation');
  const permissions = permissionsOf(holder);
  if (permissions.some((p) => WRITE_SECRET.includes(p))) return as('secret-writers');
  return as(permissions.includes(READ_SECRET) ? 'secret-readers' : 'escalation');
}

/** The path of a holder that opens only intermediate accounts; empty for any other holder. */
function pathOf({ member, opens }: Holder, pathFrom: PathFromIntermediate): readonly string[] {
  if (opens.some(({ asset }) => asset.is !== 'intermediate')) return [];
  const [first] = opens;
  return first ? [member, ...pathFrom(first.asset.name)] : [];
}
