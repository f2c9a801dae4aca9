import type { Steps } from '../../basics/steps.ts';
import type { Chain, ChainFile } from '../../chain/chain.ts';
import { DELEGATION_PERMISSION, KIND_PERMISSION } from '../../chain/hop.ts';
import { OPEN_INTERMEDIATE_ACCOUNT } from '../../iam/permissions.ts';
import { mintableBy } from '../../iam/role.ts';
import { accountsIn, type Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import { liveAccount } from '../finding/expected-access.ts';
import type { Access } from './find-access.ts';
import { type Holder, holderSteps, isImpersonation } from './holders.ts';

/** One use of a permission on the path to a credential. */
export type ReachStep = {
  /** `user:eve@acme.com`; after the first step, the account that the step before reached. */
  readonly who: string;
  readonly permission: string;
  /** The account, secret, role or pool that the permission is used on. */
  readonly on: string;
  /** The resource whose policy grants the permission, and the role. */
  readonly resource: string;
  readonly role: string;
};

/** A member that can get the credential of a chain, and how. */
export type Reach = {
  readonly member: string;
  /** The last step gets the credential. */
  readonly steps: readonly ReachStep[];
  /** Whether a step works is unknown. */
  readonly possible?: true;
};

/** A way to open an asset: a holder, and one of the permissions that open it. */
type Way = {
  readonly holder: Holder;
  readonly asset: Asset;
  readonly permission: string;
  readonly isPerhapsDenied: boolean;
};

/** An account that a way reaches: as `itself`, with all its access, or as a `delegate`, only to mint for the next account. */
type ReachedAccount = { readonly email: string; readonly as: 'itself' | 'delegate' };

/** Everyone who can get the credential of a chain, each with a shortest path, the shortest first. */
export type ReachOf = (chain: Chain) => Steps<Reach[]>;

/**
 * Finds everyone except the chain's own accounts who can get its credential: by minting it, by becoming an account that can, by changing a
 * policy, a role or a pool on the path, or by reading or writing the secret. Members of exceptions and members that other chains expect
 * are included.
 *
 * @param isBroken it is not certain that a mint of the chain can succeed: then access to an account before the target may be useless
 */
export function* reachIn(
  file: ChainFile,
  { assets }: Pick<Access, 'assets'>,
  snapshot: Snapshot,
  now: Date,
  isBroken: (chain: Chain) => boolean,
): Steps<ReachOf> {
  const unexpecting = assets.map((asset) => ({ ...asset, expects: () => false }));
  const ways = new Map<string, Way[]>();
  for (const holder of yield* holderSteps(unexpecting, snapshot, now)) {
    yield;
    for (const { asset, permissions, perhapsDenied = [] } of holder.opens) {
      const known = ways.get(asset.name) ?? [];
      ways.set(asset.name, known);
      for (const permission of permissions) {
        const isPerhapsDenied = perhapsDenied.includes(permission);
        known.push({ holder, asset, permission, isPerhapsDenied });
      }
    }
  }
  const levers = unexpecting.filter(
    ({ is, name }) => !['account', 'intermediate', 'secret'].includes(is) && ways.has(name),
  );
  // Thousands of assets may share one list of chains.
  const byChains = new Map<Asset['chains'], ReadonlySet<string>>();
  for (const { chains } of levers) {
    yield;
    if (!byChains.has(chains)) byChains.set(chains, new Set(chains));
  }
  const emailsOf = emailsIn(snapshot, ways);
  return (chain) => {
    const target = liveAccount(snapshot, chain.target);
    const direct = [...waysToMint(chain, ways, snapshot), ...(ways.get(chain.secret) ?? [])];
    const indirect = levers.flatMap(({ name, chains }) =>
      byChains.get(chains)?.has(chain.name) ? (ways.get(name) ?? []) : [],
    );
    const isUseless = ({ asset }: Way) =>
      isBroken(chain) && (target?.disabled !== false || !asset.accounts.includes(target.email));
    const lastSteps = [
      ...direct.map((way) => ({ way, onward: [], possible: false })),
      ...indirect.map((way) => ({ way, onward: [], possible: isUseless(way) })),
    ];
    const own = [file.caller, ...chain.delegates, chain.target].flatMap(
      (account) => liveAccount(snapshot, account)?.email ?? [],
    );
    return shortestPaths(lastSteps, ways, new Set(own), emailsOf);
  };
}

/** The ways to mint the credential: with the permission to mint its kind, or by becoming the target. */
function waysToMint(
  { target, credential }: Chain,
  ways: ReadonlyMap<string, readonly Way[]>,
  snapshot: Snapshot,
): Way[] {
  const email = liveAccount(snapshot, target)?.email ?? '';
  // If a holder has several permissions, the one for exactly this kind comes first and is shown.
  const exact = KIND_PERMISSION[credential.kind];
  const [first, rest]: [Way[], Way[]] = [[], []];
  const mints = new Map<string, boolean>();
  for (const way of ways.get(email) ?? []) {
    const { permission } = way;
    const isMinting =
      mints.get(permission) ??
      (!isImpersonation(permission) ||
        becomesAccount(permission) ||
        mintableBy([permission]).includes(credential.kind));
    mints.set(permission, isMinting);
    if (isMinting) (permission === exact ? first : rest).push(way);
  }
  return [...first, ...rest];
}

/** Does a holder of the permission become the account, with all the access of the account? */
const becomesAccount = (permission: string): boolean =>
  permission !== DELEGATION_PERMISSION && OPEN_INTERMEDIATE_ACCOUNT.includes(permission);

/** A step takes about a millisecond. */
const WAYS_IN_A_STEP = 256;

/** A way, and the steps from there to the credential. */
type PartialPath = {
  readonly way: Way;
  readonly onward: readonly ReachStep[];
  readonly possible: boolean;
};

/** Searches backwards from the credential, one step at a time. So the first path that reaches a member is a shortest one. */
function* shortestPaths(
  lastSteps: readonly PartialPath[],
  ways: ReadonlyMap<string, readonly Way[]>,
  own: ReadonlySet<string>,
  emailsOf: EmailsOf,
): Steps<Reach[]> {
  const found = new Map<string, Reach>();
  /** The accounts that were reached, each by `as`, and whether the path to it is only possible. */
  const visited = new Map<string, Map<ReachedAccount['as'], boolean>>();
  let level = lastSteps;
  while (level.length > 0) {
    const next: PartialPath[] = [];
    for (const [i, { way, onward, possible: possibleOnward }] of level.entries()) {
      if (i % WAYS_IN_A_STEP === 0) yield;
      const { holder, asset, permission } = way;
      const { member, principal } = holder;
      const possible = possibleOnward || isUncertain(way);
      const { all, known } = emailsOf(holder);
      const isOwn = principal.is === 'account' && all.every((email) => own.has(email));
      const before = found.get(member);
      // The first path to a member is a shortest one. Only a certain path replaces one that is only possible.
      const isNews = !isOwn && (!before || (before.possible === true && !possible));
      if (!isNews && known.length === 0) continue;
      const step = {
        who: member,
        permission,
        on: asset.name,
        resource: holder.resource,
        role: holder.binding.role,
      };
      const steps = [step, ...onward];
      if (isNews)
        found.set(member, { member, steps, ...(possible && { possible: true as const }) });
      for (const reached of known.flatMap((email) => accountsReachedBy(email, permission))) {
        const { email, as } = reached;
        const visits = visited.get(email) ?? new Map<ReachedAccount['as'], boolean>();
        visited.set(email, visits);
        const earlier = visits.get(as);
        // If a certain path to the account was visited, a path that is only possible adds nothing.
        if (earlier === false || earlier === possible) continue;
        visits.set(as, possible);
        for (const one of waysInto(reached, ways)) next.push({ way: one, onward: steps, possible });
      }
    }
    level = next;
  }
  return [...found.values()].sort((a, b) => a.steps.length - b.steps.length);
}

function isUncertain({ holder, asset, permission, isPerhapsDenied }: Way): boolean {
  const isEnough = asset.isEnoughFor?.(holder.principal, permission) ?? true;
  const isDisabled = holder.disabled !== undefined || asset.account?.disabled === true;
  return holder.certain !== 'yes' || isPerhapsDenied || isDisabled || !isEnough;
}

/** The accounts that a holder is or includes, and those of them that somebody can become. */
type EmailsOf = (holder: Holder) => {
  readonly all: readonly string[];
  readonly known: readonly string[];
};

/** Computes them once for each holder: a group may have thousands of members. */
function emailsIn(snapshot: Snapshot, ways: ReadonlyMap<string, readonly Way[]>): EmailsOf {
  const emails = new Map<Holder, ReturnType<EmailsOf>>();
  return (holder) => {
    const computed = emails.get(holder);
    if (computed) return computed;
    const all = accountsIn(holder.principal, snapshot);
    const result = { all, known: all.filter((email) => ways.has(email)) };
    emails.set(holder, result);
    return result;
  };
}

/**
 * The account `email` has the permission. A member that becomes this account can use it. If the permission impersonates, a delegation
 * through this account is enough.
 */
const accountsReachedBy = (email: string, permission: string): ReachedAccount[] => [
  { email, as: 'itself' },
  ...(isImpersonation(permission) ? [{ email, as: 'delegate' } as const] : []),
];

const waysInto = (
  { email, as }: ReachedAccount,
  ways: ReadonlyMap<string, readonly Way[]>,
): Way[] =>
  (ways.get(email) ?? []).filter(({ permission }) =>
    as === 'itself' ? becomesAccount(permission) : permission === DELEGATION_PERMISSION,
  );
