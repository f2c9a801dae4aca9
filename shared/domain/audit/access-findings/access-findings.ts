import type { Steps } from '../../basics/steps.ts';
import type { ChainFile } from '../../chain/chain.ts';
import type { Hop } from '../../chain/hop.ts';
import { deleteEntitlement, removeMembers } from '../../grants/fix.ts';
import { READ_SECRET, WRITE_FILE, WRITE_SECRET } from '../../iam/permissions.ts';
import { mintableBy } from '../../iam/role.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Gains, Powers } from '../access/certain-gains.ts';
import type { Access } from '../access/find-access.ts';
import type { FoundRoute } from '../access/found-routes.ts';
import {
  type Holder,
  isAdministrator,
  isEveryone,
  isImpersonation,
  type OpenedAsset,
  permissionsOf,
} from '../access/holders.ts';
import { type ChainHop, type HopBindings, hopBindingsOf } from '../access/hop-bindings.ts';
import { withInheritedHops } from '../access/inherited-hops.ts';
import { intermediatePaths, type PathFromIntermediate } from '../access/intermediate-paths.ts';
import type { Asset } from '../assets/asset.ts';
import type { IsDeclared } from '../finding/declared-administrators.ts';
import {
  ACCOUNTS_MAX,
  type Evidence,
  type Finding,
  type FindingKind,
  fingerprintOf,
  MEMBERS_MAX,
  namedMembers,
} from '../finding/finding.ts';
import { compareSeverity } from '../finding/severity.ts';
import type { EvaluatedHop } from '../hops/evaluate-hops.ts';
import { type Replacements, replacementsIn } from './fixes.ts';
import { entitlementEvidence, grantsBehind, type LatentSteps, latentStepsIn } from './latent.ts';
import { withoutHops } from './other-order.ts';
import { disabledBehind, type Judgement, judge } from './severity.ts';
import { summaryOf } from './summary.ts';

type Context = {
  readonly hopBindings: HopBindings;
  readonly replacements: Replacements;
  readonly pathFrom: PathFromIntermediate;
  readonly idle: Access['idle'];
  readonly latentSteps: LatentSteps;
  readonly snapshot: Snapshot;
  readonly gainsOf: Powers['gainsOf'];
};

/**
 * One finding for each binding that opens an asset and each kind of its unexpected members, without administrators.
 *
 * @param otherOrder the hops of chains whose delegates are granted in the other order
 */
export function* accessFindings(
  { assets, holders, idle }: Access,
  file: ChainFile,
  hops: readonly EvaluatedHop[],
  otherOrder: readonly Hop[],
  snapshot: Snapshot,
  isDeclared: IsDeclared,
  { gainsOf }: Pick<Powers, 'gainsOf'>,
): Steps<Finding[]> {
  const context = {
    hopBindings: yield* hopBindingsOf(file, hops, snapshot),
    replacements: yield* replacementsIn(hops, file, snapshot),
    pathFrom: yield* intermediatePaths(holders, snapshot),
    idle,
    latentSteps: latentStepsIn(snapshot),
    snapshot,
    gainsOf,
  };
  const others: Holder[] = [];
  for (const holder of holders) {
    yield;
    if (!isAdministrator(holder)) others.push(holder);
  }
  const reported = yield* withInheritedHops(
    yield* withoutHops(others, otherOrder, snapshot),
    assets,
    context.hopBindings,
    snapshot,
  );
  const findings: Finding[] = [];
  // A declared administrator can give itself any of these powers. But a grant of a hop is more than that, and so is a request for one.
  const isNews = ({ kind, holder }: JudgedHolder) =>
    (kind !== 'escalation' && kind !== 'latent-grant') ||
    (kind === 'latent-grant' && impersonates(holder)) ||
    !isDeclared(holder.principal, holder.resource);
  for (const group of yield* findingGroups(reported, context, isNews)) {
    yield;
    findings.push(yield* findingOf(group, context));
  }
  return findings;
}

type FindingGroup = {
  readonly kind: FindingKind;
  readonly fingerprint: string;
  /** At least one: the worst first, in an order that does not depend on the policy. */
  readonly members: readonly JudgedHolder[];
};
type JudgedHolder = Classification & Judgement & { readonly holder: Holder };

/** A policy may have two bindings with the same role and condition. Their members are in one group. */
function* findingGroups(
  holders: readonly Holder[],
  { hopBindings, idle, latentSteps, snapshot, gainsOf }: Context,
  isReported: (holder: JudgedHolder) => boolean,
): Steps<FindingGroup[]> {
  const judged: JudgedHolder[] = [];
  for (const holder of holders) {
    yield;
    const classification = classify(holder, hopBindings);
    const roleIsRead = snapshot.roles.has(holder.binding.role);
    const goesOn = holder.opens.some(({ asset }) => asset.is === 'intermediate');
    const gains = goesOn ? yield* gainsOf(holder) : undefined;
    const leadsOn = ({ is, accounts }: Asset) =>
      is !== 'intermediate' || !gains || accounts.some((email) => getsSome(gains, email));
    const { kind } = classification;
    const judgement = judge(kind, holder, roleIsRead, idle, latentSteps, leadsOn);
    judged.push({ holder, ...classification, ...judgement });
  }
  const groups = new Map<string, JudgedHolder[]>();
  for (const ofBinding of Map.groupBy(
    judged.filter(isReported),
    ({ holder }) => holder.binding,
  ).values()) {
    yield;
    for (const [kind, members] of Map.groupBy(ofBinding, (one) => one.kind)) {
      const [{ holder } = {}] = members;
      if (!holder) continue;
      const { resource, binding } = holder;
      const { role, condition, entitlement } = binding;
      const fingerprint = entitlement
        ? fingerprintOf(kind, entitlement.name, role, condition)
        : fingerprintOf(kind, resource, role, condition);
      const group = groups.get(fingerprint) ?? [];
      groups.set(fingerprint, group);
      for (const one of members) group.push(one);
    }
  }
  return [...groups].flatMap(([fingerprint, judgedMembers]): FindingGroup[] => {
    const members = judgedMembers.sort(
      (a, b) =>
        compareSeverity(a.severity, b.severity) || (a.holder.member < b.holder.member ? -1 : 1),
    );
    const [first] = members;
    return first ? [{ kind: first.kind, fingerprint, members }] : [];
  });
}

const getsSome = ({ accounts, delegates, idTokens }: Gains, email: string): boolean =>
  accounts.has(email) || delegates.has(email) || idTokens.has(email);

function* findingOf(
  { kind, fingerprint, members: judged }: FindingGroup,
  context: Context,
): Steps<Finding> {
  const [worst] = judged;
  if (!worst) throw new Error('a group has at least one member');
  const { severity, holder } = worst;
  const { resource, binding } = holder;
  const { role, condition } = binding;
  const members = [...new Set(judged.map((one) => one.holder.member))];
  const opens = yield* unionOf(judged.map((one) => one.holder.opens));
  const assets = opens.map(({ asset }) => asset);
  const chainHop = commonHop(judged);
  // The first account is the finding's `account`. Accounts that the members open come before accounts that are only affected.
  const accounts = [
    ...new Set([
      ...judged.flatMap(({ mainAccounts }) => mainAccounts),
      ...assets.filter(({ is }) => is === 'account').map(({ name }) => name),
      ...assets.flatMap((asset) => asset.accounts),
    ]),
  ];
  const secrets = assets.filter(({ is }) => is === 'secret').map(({ name }) => name);
  const permissions = permissionsOf({ opens });
  const path = members.length === 1 ? pathOf(holder, context.pathFrom) : [];
  const { possible, disabled } = worst;
  const doubts = judged.flatMap(({ doubt }) => doubt ?? []);
  const isMixed =
    doubts.some((doubt) => doubt.possible) ||
    judged.some(
      (one) =>
        one.possible !== possible || (one.disabled === undefined) !== (disabled === undefined),
    );
  const without = disabled ?? doubts.find((doubt) => doubt.disabled)?.disabled;
  const isIdle = judged.every(({ holder: { disabled: by, opens: of } }) =>
    of.every(({ asset }) => (by ?? disabledBehind(asset, context.idle)) !== undefined),
  );
  // An info finding has no fix: nothing has to change. A command that leaves members out would not close the finding.
  const isFixable = severity !== 'info' && members.length <= MEMBERS_MAX;
  const { entitlement } = binding;
  const fix = () =>
    entitlement
      ? deleteEntitlement(entitlement.name)
      : removeMembers(
          resource,
          role,
          members,
          condition,
          context.replacements(
            judged.map((one) => one.holder.binding),
            members,
          ),
        );
  const grants = grantsBehind(binding, resource, context.snapshot);
  const routes = routesOf(opens);
  return {
    kind,
    severity,
    ...chainHop,
    chains: [
      ...new Set([...(chainHop ? [chainHop.chain] : []), ...assets.flatMap((a) => a.chains)]),
    ],
    account: accounts[0] ?? '',
    ...namedMembers(members),
    fingerprint,
    evidence: {
      summary: summaryOf(
        kind,
        { ...holder, opens, members, possible, disabled: without, isIdle, isMixed, grants },
        path,
        context.snapshot,
      ),
      resource,
      role,
      ...(condition && { condition }),
      accounts,
      ...(secrets.length > 0 && { secrets }),
      permissions,
      kinds: mintableBy(permissions.filter(isImpersonation)),
      ...(path.length > 0 && { path }),
      ...(possible && { possible }),
      ...(disabled !== undefined && { disabled }),
      ...(entitlement && entitlementEvidence(entitlement)),
      ...(grants.length > 0 && { grants: grants.map(({ roles: _, ...grant }) => grant) }),
      ...routes,
    },
    ...(isFixable && { fix: fix() }),
  };
}

/** The routes by which holders open something, and what these use. */
function routesOf(opens: readonly OpenedAsset[]): Pick<Evidence, 'routes' | 'workloads'> {
  const found = opens.flatMap(({ routes = [] }) => routes);
  const routes = [...new Set(found.map(({ route }) => route.name))].sort();
  const workloads = [...new Set(found.flatMap((one) => one.workloads))].sort();
  return {
    ...(routes.length > 0 && { routes }),
    ...(workloads.length > 0 && { workloads: workloads.slice(0, ACCOUNTS_MAX) }),
  };
}

/** What several holders open together. Most of them share one list. */
function* unionOf(lists: readonly (readonly OpenedAsset[])[]): Steps<readonly OpenedAsset[]> {
  const [first, ...more] = new Set(lists);
  if (!first || more.length === 0) return first ?? [];
  const permissions = new Map<Asset, Set<string>>();
  const routes = new Map<Asset, Set<FoundRoute>>();
  for (const list of [first, ...more]) {
    yield;
    for (const { asset, permissions: opening, routes: by = [] } of list) {
      const known = permissions.get(asset) ?? new Set();
      permissions.set(asset, known);
      for (const permission of opening) known.add(permission);
      const found = routes.get(asset) ?? new Set();
      routes.set(asset, found);
      for (const route of by) found.add(route);
    }
  }
  return [...permissions].map(([asset, opening]) => ({
    asset,
    permissions: [...opening],
    routes: [...(routes.get(asset) ?? [])],
  }));
}

/** The chain and the hop, if they are the same for all members. */
function commonHop(
  judged: readonly JudgedHolder[],
): (Partial<ChainHop> & { chain: string }) | undefined {
  const [first, ...more] = judged.map(({ chainHop }) => chainHop);
  if (!first || more.some((one) => one?.chain !== first.chain)) return undefined;
  return more.some((one) => one?.hop !== first.hop) ? { chain: first.chain } : first;
}

type Classification = {
  readonly kind: FindingKind;
  readonly chainHop: ChainHop | undefined;
  /** The accounts that the finding names first. */
  readonly mainAccounts: readonly string[];
};

const impersonates = ({ opens }: Holder): boolean =>
  opens.some(({ asset, permissions }) => asset.account && permissions.some(isImpersonation));

function classify(holder: Holder, hopBindings: HopBindings): Classification {
  const as = (
    kind: FindingKind,
    chainHop?: ChainHop,
    mainAccounts: readonly string[] = [],
  ): Classification => ({ kind, chainHop, mainAccounts });
  if (holder.binding.entitlement) return as('latent-grant');
  if (isEveryone(holder.principal) && holder.certain === 'yes') return as('public');
  if (impersonates(holder)) {
    const inherited = hopBindings.inheritedHops.get(holder.binding)?.get(holder.member);
    const opened = new Set(holder.opens.map(({ asset }) => asset.name));
    // A deny policy may keep the holder from the account of a hop. Then the binding is not a grant of this hop.
    const isOpened = ({ evaluation: { to } }: EvaluatedHop) =>
      to !== undefined && to !== 'missing' && opened.has(to.email);
    const overgranted = inherited?.find(isOpened) ?? hopBindings.overgrantedHop(holder);
    if (overgranted) {
      const { chain, number, evaluation } = overgranted;
      const to = evaluation.to === 'missing' ? undefined : evaluation.to?.email;
      return as('overgrant', { chain, hop: number }, to === undefined ? [] : [to]);
    }
    const shortcut = hopBindings.shortcut(holder);
    if (shortcut) return as('shortcut', shortcut.chainHop, [shortcut.to]);
    return as('unexpected-impersonator');
  }
  const permissions = permissionsOf(holder);
  const isEscalation = ({ asset }: OpenedAsset) =>
    asset.is !== 'secret' && asset.is !== 'chain-file';
  if (holder.opens.some(isEscalation)) return as('escalation');
  if (permissions.some((p) => WRITE_FILE.includes(p))) return as('file-writers');
  if (permissions.some((p) => WRITE_SECRET.includes(p))) return as('secret-writers');
  return as(permissions.includes(READ_SECRET) ? 'secret-readers' : 'escalation');
}

/** The path of a holder that opens only intermediate accounts; empty for any other holder. */
function pathOf({ member, opens }: Holder, pathFrom: PathFromIntermediate): readonly string[] {
  if (opens.some(({ asset }) => asset.is !== 'intermediate')) return [];
  const [first] = opens;
  return first ? [member, ...pathFrom(first.asset.name)] : [];
}
