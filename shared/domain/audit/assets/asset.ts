import type { Member } from '../../iam/member.ts';
import type { Route } from '../../iam/runs-as/route.ts';
import type { ServiceAccount } from '../../iam/snapshot.ts';

/** A route by which a permission opens an asset. The member needs the other permissions of the route too. */
export type AssetRoute = {
  readonly route: Route;
  readonly opens: string;
  /** What the route uses, if it needs something that runs as the account. */
  readonly workloads: readonly string[];
  /** Everything that the route needs in the project is known to be there. */
  readonly certain: boolean;
};

/** Something that chains depend on. A policy may give access to it. */
export type Asset = {
  /** `account`: an account of a chain, or one of our own. `intermediate`: an account that can get access to one of these. */
  readonly is:
    | 'account'
    | 'intermediate'
    | 'secret'
    | 'chain-file'
    | 'role'
    | 'pool'
    | 'deleted-account'
    | 'disabled-account'
    | 'tags'
    | 'deny-policies'
    | 'container'
    | 'services'
    | 'workload'
    | 'kubernetes'
    | 'agent'
    | 'storage-key'
    | 'entitlements';
  /** The name that people use. */
  readonly name: string;
  /** The account or the secret itself; for every other asset, the container that it is in. */
  readonly resource: string;
  /** The containers above it, upwards. */
  readonly above: readonly string[];
  /** Each of these permissions opens the asset: it gives access to the asset, or a way to get access. */
  readonly permissions: readonly string[];
  /** The accounts of chains that the asset affects, and the chains. */
  readonly accounts: readonly string[];
  readonly chains: readonly string[];
  readonly account?: ServiceAccount;
  /** The account that a workload runs as. */
  readonly runsAs?: ServiceAccount;
  /** A permission that one of them opens has no effect without a whole route. Other permissions need no route. */
  readonly routes?: readonly AssetRoute[];
  /** The chain lists the readers of this secret. */
  readonly declaresReaders?: boolean;
  /** Does the asset, opened by this permission, give this member access? Without it, it gives access to everyone who opens it. */
  readonly isEnoughFor?: (member: Member, permission: string) => boolean;
  /** Does a hop, a list of readers or an exception allow this member the permission? */
  readonly expects: (member: Member, permission: string) => boolean;
};

/** The accounts of chains, and the chains, that something affects. */
export type Affected = Pick<Asset, 'accounts' | 'chains'>;

/** What several things affect together. The union of one is the same object: thousands of members may share it. */
export function unionOf(all: readonly Affected[]): Affected {
  const [first, ...more] = all;
  if (first && more.length === 0) return first;
  return {
    accounts: [...new Set(all.flatMap(({ accounts }) => accounts))],
    chains: [...new Set(all.flatMap(({ chains }) => chains))],
  };
}

/** A holder that opens one of these assets gets access to accounts of chains, so the search continues from the holder. */
const LEADS_TO_ACCOUNTS: ReadonlySet<Asset['is']> = new Set([
  'chain-file',
  'account',
  'intermediate',
  'role',
  'pool',
  'deleted-account',
  'disabled-account',
  'tags',
  'deny-policies',
  'container',
  'services',
  'workload',
  'kubernetes',
  'agent',
  'entitlements',
]);

export const leadsToAccounts = ({ is }: Asset): boolean => LEADS_TO_ACCOUNTS.has(is);
