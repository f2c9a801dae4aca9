import type { Steps } from '../../basics/steps.ts';
import type { Chain, ChainFile, Kind } from '../../chain/chain.ts';
import { hopsOf, KIND_PERMISSION } from '../../chain/hop.ts';
import { holds } from '../../iam/condition/condition.ts';
import { evaluateHop } from '../../iam/evaluate-hop.ts';
import { setsPolicy, WRITE_SECRET } from '../../iam/permissions.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { Access } from '../access/find-access.ts';
import { type LastWay, type Path, shortestPaths } from '../access/paths.ts';
import { leversIn, leverWays } from '../access/reach.ts';
import { emailsIn, type Way, type Ways, waysIn, waysToMint } from '../access/ways.ts';
import { type Declaration, declarations } from './declared.ts';

/** What a question about a chain is answered from. */
export type Known = {
  /** The whole file: what one chain expects, another chain may expect too. */
  readonly file: ChainFile;
  readonly chain: Chain;
  readonly snapshot: Snapshot;
  readonly access: Access;
  readonly now: Date;
};

/** The ways to the credential of a chain, and the search for paths over them. */
export type Search = Known & {
  readonly ways: Ways;
  readonly declarationOf: (way: Way) => Declaration | undefined;
  /**
   * The shortest path of each member to a credential of this kind of the target, and to the secret if it is the kind of the chain.
   *
   * @param among all ways by default
   * @param begins whether a path may begin with this way
   */
  readonly paths: (kind: Kind, begins?: (way: Way) => boolean, among?: Ways) => Steps<Path[]>;
};

export function* searchFor(known: Known): Steps<Search> {
  const { file, chain, snapshot, access, now } = known;
  const { assets } = access;
  const all = yield* waysIn(assets, snapshot, now, 'with-agents');
  const ways = filtered(all, (way) => !onlyWrites(way));
  return {
    ...known,
    ways,
    declarationOf: declarations(file, chain, assets, snapshot, now),
    paths: pathsIn(known, ways),
  };
}

export function pathsIn(
  { file, chain, snapshot, access, now }: Known,
  ways: Ways,
): Search['paths'] {
  return function* paths(kind, begins = () => true, among = ways) {
    const isBroken = hopsOf(chain, file.caller).some((hop, i, { length }) => {
      const permission = i + 1 < length ? hop.permission : KIND_PERMISSION[kind];
      const { state } = evaluateHop(snapshot, { ...hop, permission }, now);
      return ['missing', 'denied', 'unknown'].includes(state);
    });
    const isOwnKind = kind === chain.credential.kind;
    const direct = [
      ...waysToMint(chain, kind, among, snapshot),
      ...(isOwnKind ? (among.get(chain.secret) ?? []) : []),
    ];
    const leversOf = yield* leversIn(access.assets, among);
    const lastWays: LastWay[] = [
      ...direct.map((way) => ({ way, possible: false })),
      ...leverWays(chain, leversOf, snapshot, isBroken),
    ];
    return yield* shortestPaths(lastWays, among, emailsIn(snapshot, among), begins);
  };
}

/** The ways whose grants hold at this instant. */
export const waysAt = (ways: Ways, at: Date): Ways =>
  filtered(ways, ({ holder }) => holds(holder.binding.condition, at) === 'yes');

export const filtered = (ways: Ways, isLeft: (way: Way) => boolean): Ways =>
  new Map(
    [...ways].flatMap(([name, all]) => {
      const left = all.filter(isLeft);
      return left.length > 0 ? [[name, left] as const] : [];
    }),
  );

/** A member that only writes the secret decides what its readers get, and gets nothing. */
const onlyWrites = ({ asset, permission }: Way): boolean =>
  asset.is === 'secret' && WRITE_SECRET.includes(permission) && !setsPolicy(permission);
