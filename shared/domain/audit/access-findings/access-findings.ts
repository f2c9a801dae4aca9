import type { ChainFile } from '../../chain/chain.ts';
import { removeMember } from '../../grants/fix.ts';
import { READ_SECRET, WRITE_SECRET } from '../../iam/permissions.ts';
import { mintableBy } from '../../iam/role.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import { type Place, type Routes, routesOf } from '../access/chain-routes.ts';
import type { Access } from '../access/find-access.ts';
import {
  type Hold,
  isAdministrator,
  isEveryone,
  isImpersonation,
  permissionsOf,
} from '../access/holders.ts';
import { withHopsAbove } from '../access/inherited-hops.ts';
import { leadPaths, type PathFrom } from '../access/shortest-paths.ts';
import { type Finding, type FindingKind, fingerprintOf } from '../finding/finding.ts';
import type { EvaluatedHop } from '../hops/evaluate-hops.ts';

import { administratorFindings } from './administrator-findings.ts';
import { type Replacements, replacementsIn } from './fixes.ts';
import { severityOf } from './severity.ts';
import { deedsOf, impersonationOf } from './summary.ts';

type Context = {
  readonly routes: Routes;
  readonly replacements: Replacements;
  readonly pathFrom: PathFrom;
  readonly snapshot: Snapshot;
};

/** One finding for each member of each binding by which somebody opens what chains rest on, and nothing in the file wants it. */
export function accessFindings(
  { assets, holds }: Access,
  file: ChainFile,
  hops: readonly EvaluatedHop[],
  snapshot: Snapshot,
): Finding[] {
  const context = {
    routes: routesOf(file, hops, snapshot),
    replacements: replacementsIn(hops, file, snapshot),
    pathFrom: leadPaths(holds),
    snapshot,
  };
  const counted = withHopsAbove(
    holds.filter((hold) => !isAdministrator(hold)),
    assets,
    context.routes,
    snapshot,
  );
  return [...counted.map((hold) => findingOf(hold, context)), ...administratorFindings(holds)];
}

function findingOf(hold: Hold, context: Context): Finding {
  const { resource, binding, member, certain, opens } = hold;
  const { role, condition } = binding;
  const { kind, place, over } = natureOf(hold, context.routes);
  const assets = opens.map(({ asset }) => asset);
  // What the finding is of comes first: an account that can be minted as before one that can be reached.
  const accounts = [
    ...new Set([
      ...over,
      ...assets.filter(({ is }) => is === 'account').map(({ name }) => name),
      ...assets.flatMap((asset) => asset.accounts),
    ]),
  ];
  const secrets = assets.filter(({ is }) => is === 'secret').map(({ name }) => name);
  const kinds = mintableBy(permissionsOf(hold).filter(isImpersonation));
  const path = pathOf(hold, context.pathFrom);
  const severity = severityOf(kind, hold, context.snapshot.roles.has(role));
  const remove = () =>
    removeMember(resource, role, member, condition, context.replacements(binding, member));
  return {
    kind,
    severity,
    ...place,
    account: accounts[0] ?? '',
    member,
    fingerprint: fingerprintOf(kind, resource, role, member, condition),
    evidence: {
      summary: summaryOf(kind, hold, path),
      resource,
      role,
      ...(condition && { condition }),
      accounts,
      chains: [...new Set(assets.flatMap(({ chains }) => chains))],
      ...(secrets.length > 0 && { secrets }),
      permissions: permissionsOf(hold),
      kinds,
      ...(path.length > 0 && { path }),
      ...(certain !== 'yes' && { possible: true }),
    },
    // What is only told is in nobody's way.
    ...(severity !== 'info' && { fix: remove() }),
  };
}

type Nature = {
  readonly kind: FindingKind;
  readonly place: Place | undefined;
  /** The accounts that it is of before all others. */
  readonly over: readonly string[];
};

function natureOf(hold: Hold, routes: Routes): Nature {
  const nature = (kind: FindingKind, place?: Place, over: readonly string[] = []): Nature => ({
    kind,
    place,
    over,
  });
  if (isEveryone(hold.who) && hold.certain === 'yes') return nature('public');
  const impersonated = hold.opens.filter(
    ({ asset, permissions }) => asset.account && permissions.some(isImpersonation),
  );
  if (impersonated.length > 0) {
    const hops = routes.above.get(hold.binding)?.get(hold.member);
    const wide = hops?.[0] ?? routes.wide(hold);
    if (wide) {
      const { chain, number, evaluation } = wide;
      const to = evaluation.to === 'missing' ? undefined : evaluation.to?.email;
      return nature('overgrant', { chain, hop: number }, to === undefined ? [] : [to]);
    }
    const shortcut = routes.shortcut(hold);
    if (shortcut) return nature('shortcut', shortcut.place, [shortcut.to]);
    return nature('unexpected-impersonator');
  }
  const beside = hold.opens.some(({ asset }) => asset.is !== 'secret');
  if (beside) return nature('escalation');
  const permissions = permissionsOf(hold);
  if (permissions.some((p) => WRITE_SECRET.includes(p))) return nature('secret-writers');
  return nature(permissions.includes(READ_SECRET) ? 'secret-readers' : 'escalation');
}

/** By an account that leads to a chain's: how. */
function pathOf({ member, opens }: Hold, pathFrom: PathFrom): readonly string[] {
  if (opens.some(({ asset }) => asset.is !== 'lead')) return [];
  const [first] = opens;
  return first ? [member, ...pathFrom(first.asset.name)] : [];
}

function summaryOf(kind: FindingKind, hold: Hold, path: readonly string[]): string {
  const can = `${hold.member} ${hold.certain === 'yes' ? 'can' : 'may be able to'}`;
  const impersonated = hold.opens.filter(({ permissions }) => permissions.some(isImpersonation));
  const deeds = [
    ...(impersonated.length > 0
      ? [
          impersonationOf(
            permissionsOf({ opens: impersonated }).filter(isImpersonation),
            impersonated.map(({ asset }) => asset),
          ),
        ]
      : []),
    ...deedsOf(hold),
  ].join(', ');
  const [end] = path.slice(-1);
  const further = path.length > 2 ? `, and by it reaches ${end}` : '';
  switch (kind) {
    case 'public':
      return `everyone (${hold.member}) can ${deeds}${further}`;
    case 'shortcut':
      return `${can} ${deeds}, past the accounts between`;
    case 'overgrant':
      return `${can} ${deeds}: more than its hop needs`;
    case 'unexpected-impersonator':
      return `${can} ${deeds}${further}, and no hop needs it`;
    default:
      return `${can} ${deeds}${further}`;
  }
}
