import type { Steps } from '../../basics/steps.ts';
import type { Chain, ChainFile } from '../../chain/chain.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Asset } from '../assets/asset.ts';
import { liveAccount } from '../finding/expected-access.ts';
import { type Gains, type Powers, powersIn } from './certain-gains.ts';
import type { Access } from './find-access.ts';
import { type LastWay, type Path, shortestPaths } from './paths.ts';
import { emailsIn, type Way, type Ways, waysToMint } from './ways.ts';

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

/** Everyone who can get the credential of a chain, each with a shortest path, the shortest first. */
export type ReachOf = (chain: Chain) => Steps<Reach[]>;

/**
 * Finds everyone except the chain's own accounts who can get its credential: by minting it, by becoming an account that can, by changing a
 * policy, a role or a pool on the path, or by reading or writing the secret. Members of exceptions and members that other chains expect
 * are included.
 *
 * @param isBroken it is not certain that a mint of the chain can succeed: then access to an account before the target may be useless
 * @param known the result of `powersIn` for the same assets, if the caller has it already
 */
export function* reachIn(
  file: ChainFile,
  { assets }: Pick<Access, 'assets'>,
  snapshot: Snapshot,
  now: Date,
  isBroken: (chain: Chain) => boolean,
  known?: Powers,
): Steps<ReachOf> {
  const { ways, gainsOf } = known ?? (yield* powersIn(file, assets, snapshot, now));
  const leversOf = yield* leversIn(assets, ways);
  const emailsOf = emailsIn(snapshot, ways);
  return function* reachOf(chain) {
    const direct = new Set([
      ...waysToMint(chain, chain.credential.kind, ways, snapshot),
      ...(ways.get(chain.secret) ?? []),
    ]);
    const lastWays = [
      ...[...direct].map((way) => ({ way, possible: false })),
      ...leverWays(chain, leversOf, snapshot, isBroken(chain)),
    ];
    const own = new Set(
      [file.caller, ...chain.delegates, chain.target].flatMap(
        (account) => liveAccount(snapshot, account)?.email ?? [],
      ),
    );
    const isOther = ({ holder }: Way) =>
      holder.principal.is !== 'account' || !emailsOf(holder).all.every((email) => own.has(email));
    const email = liveAccount(snapshot, chain.target)?.email ?? '';
    const reaches: Reach[] = [];
    for (const path of yield* shortestPaths(lastWays, ways, emailsOf, isOther)) {
      const [first] = path.ways;
      const last = path.ways.at(-1);
      // What a lever gives may need another member.
      const isProven = last === undefined || direct.has(last);
      const possible =
        path.possible ||
        (!isProven && first !== undefined && !gets(yield* gainsOf(first.holder), chain, email));
      reaches.push(reachBy({ ...path, possible }));
    }
    return reaches;
  };
}

const gets = (
  { accounts, idTokens, secrets }: Gains,
  { secret, credential }: Chain,
  target: string,
): boolean =>
  accounts.has(target) ||
  secrets.has(secret) ||
  (credential.kind === 'id-token' && idTokens.has(target));

/** The ways to open what affects a chain without being one of its accounts or its secret, such as a role. */
export type LeversOf = (chain: Pick<Chain, 'name'>) => readonly Way[];

export function* leversIn(assets: readonly Asset[], ways: Ways): Steps<LeversOf> {
  const levers = assets.filter(
    ({ is, name }) => !['account', 'intermediate', 'secret'].includes(is) && ways.has(name),
  );
  // Thousands of assets may share one list of chains.
  const byChains = new Map<Asset['chains'], ReadonlySet<string>>();
  for (const { chains } of levers) {
    yield;
    if (!byChains.has(chains)) byChains.set(chains, new Set(chains));
  }
  return (chain) =>
    levers.flatMap(({ name, chains }) =>
      byChains.get(chains)?.has(chain.name) ? (ways.get(name) ?? []) : [],
    );
}

/** @param isBroken then only a lever of the target is certainly of use */
export function leverWays(
  chain: Chain,
  leversOf: LeversOf,
  snapshot: Snapshot,
  isBroken: boolean,
): LastWay[] {
  const target = liveAccount(snapshot, chain.target);
  const isUseless = ({ asset }: Way) =>
    isBroken && (target?.disabled !== false || !asset.accounts.includes(target.email));
  return leversOf(chain).map((way) => ({ way, possible: isUseless(way) }));
}

const reachBy = ({ member, ways, possible }: Path): Reach => ({
  member,
  steps: ways.map(stepBy),
  ...(possible && { possible: true as const }),
});

export const stepBy = ({ holder, asset, permission }: Way): ReachStep => ({
  who: holder.member,
  permission,
  on: asset.name,
  resource: holder.resource,
  role: holder.binding.role,
});
