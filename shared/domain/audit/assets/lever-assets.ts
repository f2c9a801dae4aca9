import type { Steps } from '../../basics/steps.ts';
import { type Member, parseMembers } from '../../iam/member.ts';
import { covers } from '../../iam/membership.ts';
import { BIND_TAG, ENABLE_ACCOUNT, SET_CONTAINER_POLICY } from '../../iam/permissions.ts';
import type { Binding } from '../../iam/policy.ts';
import { containersFrom, type Snapshot } from '../../iam/snapshot.ts';
import { type Affected, type Asset, unionOf } from './asset.ts';
import { type Lever, leversOf, readsTags } from './binding-levers.ts';
import { workloadAssets } from './workload-assets.ts';

/** A lever, and everything that it affects. */
type Affecting = {
  readonly lever: Lever;
  /** One for each resource with such a binding. */
  readonly affected: Set<Affected>;
  /** The bindings that it changes. */
  readonly bindings: Binding[];
  /** Its container is not above all that it affects. So somebody who sets policies there need not be an administrator of that. */
  isElsewhere: boolean;
};

/**
 * What somebody can change so that a binding on one of these assets, or above it, gives other access: custom roles, identity pools, deleted
 * accounts, tags. No policy shows such a change.
 */
export function* leverAssets(assets: readonly Asset[], snapshot: Snapshot): Steps<Asset[]> {
  const byResource = Map.groupBy(
    assets
      .filter(({ account, is }) => account || is === 'secret' || is === 'chain-file')
      .flatMap((asset) =>
        [asset.resource, ...asset.above].map((resource) => ({ resource, asset })),
      ),
    ({ resource }) => resource,
  );
  const found = new Map<string, Affecting>();
  const tagged = new Set<Asset>();
  for (const [resource, entries] of byResource) {
    yield;
    const [first] = entries;
    const below = unionOf(entries.map(({ asset }) => asset));
    const elsewhere = new Map<string, boolean>();
    const isElsewhere = (container: string): boolean => {
      const known =
        elsewhere.get(container) ?? entries.some(({ asset }) => !asset.above.includes(container));
      elsewhere.set(container, known);
      return known;
    };
    for (const binding of snapshot.policies.get(resource)?.bindings ?? []) {
      yield;
      for (const lever of first ? leversOf(binding, first.asset, snapshot) : []) {
        const known = found.get(lever.name);
        const affecting = known ?? {
          lever,
          affected: new Set(),
          bindings: [],
          isElsewhere: false,
        };
        found.set(lever.name, affecting);
        affecting.isElsewhere ||= isElsewhere(lever.resource);
        affecting.bindings.push(binding);
        affecting.affected.add(below);
      }
      if (readsTags(binding)) for (const { asset } of entries) tagged.add(asset);
    }
  }
  const levers: Asset[] = [];
  for (const { lever, affected, bindings } of found.values()) {
    yield;
    const { accounts, chains } = unionOf([...affected]);
    levers.push({
      ...lever,
      accounts,
      chains,
      above: containersFrom(snapshot, lever.resource).names,
      expects: () => false,
      ...(NEEDS_MEMBERSHIP.has(lever.is) && {
        isEnoughFor: (member: Member) => lever.is === 'role' && isIn(bindings, member),
      }),
    });
  }
  return [
    ...levers,
    ...granting([...found.values()], snapshot),
    ...[...tagged].flatMap(tagging),
    ...assets.flatMap(enabling),
    ...workloadAssets(assets, snapshot),
  ];
}

/** A member that sets the policy of the container of a lever, or above it, can give itself the permission that opens the lever. */
const granting = (levers: readonly Affecting[], snapshot: Snapshot): Asset[] =>
  [
    ...Map.groupBy(
      levers.filter(({ isElsewhere }) => isElsewhere),
      ({ lever }) => lever.resource,
    ),
  ].map(([container, within]) => {
    const { accounts, chains } = unionOf(within.flatMap(({ affected }) => [...affected]));
    return {
      is: 'container',
      name: container,
      resource: container,
      above: containersFrom(snapshot, container).names,
      permissions: SET_CONTAINER_POLICY,
      accounts,
      chains,
      isEnoughFor: () => false,
      expects: () => false,
    };
  });

/** A member of the account's own policy may bind tags to this account alone. The tags of its project are a lever of their own. */
const tagging = ({ account, resource, accounts, chains }: Asset): Asset[] =>
  account
    ? [
        {
          is: 'tags',
          name: `the tags of ${account.email}`,
          resource,
          above: [],
          permissions: BIND_TAG,
          accounts,
          chains,
          isEnoughFor: () => false,
          expects: () => false,
        },
      ]
    : [];

/** A member that enables a disabled account gives its access back, and that of everyone who can become it. */
const enabling = ({ account, resource, above, accounts, chains }: Asset): Asset[] =>
  account?.disabled
    ? [
        {
          is: 'disabled-account',
          name: `the disabled account ${account.email}`,
          resource,
          above,
          permissions: [ENABLE_ACCOUNT],
          accounts,
          chains,
          isEnoughFor: () => false,
          expects: () => false,
        },
      ]
    : [];

/** Is the member certainly in one of the bindings? */
const isIn = (bindings: readonly Binding[], member: Member): boolean =>
  bindings.some(({ members }) =>
    parseMembers(members).some((one) => covers(one, member) === 'yes'),
  );

/** The containers of levers whose policies were not read. */
export const leverContainers = (assets: readonly Asset[], { policies }: Snapshot): string[] => [
  ...new Set(
    assets
      .filter(({ is, resource }) => LEVERS.has(is) && !policies.has(resource))
      .map(({ resource }) => resource),
  ),
];

const LEVERS: ReadonlySet<Asset['is']> = new Set([
  'role',
  'pool',
  'deleted-account',
  'tags',
  'kubernetes',
  'agent',
]);

/** A member that changes one of these also needs something else. */
const NEEDS_MEMBERSHIP: ReadonlySet<Asset['is']> = new Set(['role', 'deleted-account', 'tags']);
