import type { Steps } from '../../basics/steps.ts';
import type { Kind } from '../../chain/chain.ts';
import { DELEGATION_PERMISSION, KIND_PERMISSION } from '../../chain/hop.ts';
import { CREATE_KEY, READ_SECRET, setsPolicy } from '../../iam/permissions.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import { accessSteps } from '../access/find-access.ts';
import { type Path, shortestPaths } from '../access/paths.ts';
import { emailsIn, type Way, waysToMint } from '../access/ways.ts';
import type { Asset } from '../assets/asset.ts';
import { filtered, type Known, searchFor } from '../questions/search.ts';
import { subjectOf, waysFor } from '../questions/subject.ts';
import { grantsIn, type When, whenOf } from '../questions/when.ts';
import { type Change, effectsOf } from './effects.ts';

/** One step of a way in. */
export type StepIn = {
  readonly way: Way;
  /** What the step changes. Absent for a step that gets an account, a key of it, or the secret. */
  readonly change?: Change;
  /** What the policies are at this step. */
  readonly snapshot: Snapshot;
};

/** How a member gets the credential of a chain, step by step. */
export type WayIn = {
  readonly steps: readonly StepIn[];
  readonly when: When;
  /** What must be true besides the policies that were read. If it is empty, the way certainly works. */
  readonly assumes: readonly string[];
};

/** A way in changes at most this many roles, accounts, tags and deny policies. */
const CHANGES_MAX = 3;
/** How many combinations of changes a search may still look at: each one costs a search for paths. */
export type Budget = { worlds: number };
export const BUDGET: Readonly<Budget> = { worlds: 60 };

/** The policies after some changes. */
type World = {
  readonly snapshot: Snapshot;
  readonly steps: readonly StepIn[];
  readonly grants: ReadonlyMap<Way, readonly Way[]>;
  readonly assumes: readonly string[];
  readonly changes: readonly string[];
};

/**
 * The shortest way in of a member. It tries the policies as they are, and then the policies after each change that the member can make: of a
 * role, a disabled account, a deny policy, a tag or a parent.
 *
 * @param text the member, as IAM writes it
 * @param budget several searches may share one
 * @returns undefined if there is none
 */
export function* wayIn(
  known: Known,
  text: string,
  budget: Budget = { ...BUDGET },
): Steps<WayIn | undefined> {
  let worlds: readonly World[] = [
    { snapshot: known.snapshot, steps: [], grants: new Map(), assumes: [], changes: [] },
  ];
  for (let depth = 0; depth <= CHANGES_MAX; depth++) {
    const found: WayIn[] = [];
    const next: World[] = [];
    for (const world of worlds) {
      if (budget.worlds-- <= 0) break;
      yield;
      const after = yield* exploredIn(known, world, text);
      if (after.wayIn) found.push(after.wayIn);
      next.push(...after.worlds);
    }
    const best = found.sort(
      (a, b) => a.assumes.length - b.assumes.length || a.steps.length - b.steps.length,
    )[0];
    if (best) return best;
    worlds = differentIn(next);
  }
  return undefined;
}

/** The same changes in another order give the same policies. */
const differentIn = (worlds: readonly World[]): World[] => [
  ...new Map(worlds.map((world) => [world.changes.toSorted().join('\n'), world])).values(),
];

/** The way in that these policies give, and the policies after each further change. */
function* exploredIn(
  { file, chain, now }: Known,
  world: World,
  text: string,
): Steps<{ readonly wayIn: WayIn | undefined; readonly worlds: readonly World[] }> {
  const { snapshot } = world;
  const access = yield* accessSteps({ ...file, chains: [chain] }, snapshot, now);
  const search = yield* searchFor({ file, chain, snapshot, access, now });
  const subject = subjectOf(text, snapshot);
  const { kind } = chain.credential;
  const all = yield* waysFor(search.ways, text, subject, snapshot);
  const ways = filtered(all, ({ permission, asset }) =>
    asset.is === 'account' || asset.is === 'intermediate' || asset.is === 'secret'
      ? isScripted(permission, kind)
      : true,
  );
  const emailsOf = emailsIn(snapshot, ways);
  const grantsOf = grantsIn(ways);
  const byMember = ({ holder }: Way) => holder.member === text;
  const certain = function* (last: readonly Way[]): Steps<Path | undefined> {
    const lastWays = last.map((way) => ({ way, possible: false }));
    const paths = yield* shortestPaths(lastWays, ways, emailsOf, byMember);
    return paths.find(({ member, possible }) => member === text && !possible);
  };
  const toSteps = (path: readonly Way[]): StepIn[] => path.map((way) => ({ way, snapshot }));
  const withGrants = (path: readonly Way[]) =>
    new Map([...world.grants, ...path.map((way) => [way, grantsOf(way)] as const)]);

  const mint = waysToMint(chain, kind, ways, snapshot).filter(
    ({ permission }) => permission === KIND_PERMISSION[kind] || !isMint(permission),
  );
  const direct = yield* certain([...mint, ...(ways.get(chain.secret) ?? [])]);
  if (direct) {
    const steps = [...world.steps, ...toSteps(direct.ways)];
    const grants = withGrants(direct.ways);
    const when = whenOf(
      steps.map(({ way }) => way),
      (way) => grants.get(way) ?? [],
      now,
    );
    if (when) return { wayIn: { steps, when, assumes: world.assumes }, worlds: [] };
  }

  const worlds: World[] = [];
  for (const asset of leversIn(access.assets)) {
    yield;
    for (const last of lastWaysOf(ways.get(asset.name) ?? [])) {
      const path = yield* certain(last);
      const leading = path?.ways.at(-1);
      if (!path || !leading) continue;
      const members = [leading.holder.principal, subject];
      const actor = { member: leading.holder.member, members };
      for (const { change, snapshot: changed, assumes } of effectsOf(
        leading,
        actor,
        snapshot,
        now,
      )) {
        const key = JSON.stringify(change);
        if (world.changes.includes(key)) continue;
        worlds.push({
          snapshot: changed,
          steps: [
            ...world.steps,
            ...toSteps(path.ways.slice(0, -1)),
            { way: leading, change, snapshot },
          ],
          grants: withGrants(path.ways),
          assumes: [...world.assumes, ...(assumes === undefined ? [] : [assumes])],
          changes: [...world.changes, key],
        });
      }
    }
  }
  return { wayIn: undefined, worlds };
}

const isMint = (permission: string): boolean => Object.values(KIND_PERMISSION).includes(permission);

/**
 * The ways that a script can take. It does not exchange signed JWTs for tokens, and deploys no code. gcloud signs without delegates.
 */
function isScripted(permission: string, kind: Kind): boolean {
  const isDelegation = permission === DELEGATION_PERMISSION;
  if (isDelegation) return kind === 'access-token' || kind === 'id-token';
  return (
    ['iam.serviceAccounts.getAccessToken', KIND_PERMISSION[kind], CREATE_KEY, READ_SECRET].includes(
      permission,
    ) || setsPolicy(permission)
  );
}

/** What can be changed, once each. */
const leversIn = (assets: readonly Asset[]): Iterable<Asset> =>
  new Map(
    assets
      .filter(({ is }) =>
        [
          'role',
          'disabled-account',
          'deleted-account',
          'deny-policies',
          'tags',
          'container',
        ].includes(is),
      )
      .map((asset) => [asset.name, asset]),
  ).values();

/** The ways by each permission: to change something is enough here, although it gives no access by itself. */
const lastWaysOf = (ways: readonly Way[]): Way[][] => [
  ...Map.groupBy(
    ways.map((way) => ({ ...way, asset: { ...way.asset, isEnoughFor: () => true } })),
    ({ permission }) => permission,
  ).values(),
];
