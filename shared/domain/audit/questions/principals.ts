import type { Steps } from '../../basics/steps.ts';
import type { Kind } from '../../chain/chain.ts';
import { KIND_PERMISSION } from '../../chain/hop.ts';
import type { Condition } from '../../iam/policy.ts';
import type { Path } from '../access/paths.ts';
import { type ReachStep, stepBy } from '../access/reach.ts';
import type { Way, Ways } from '../access/ways.ts';
import { liveAccount } from '../finding/expected-access.ts';
import { BUDGET, type Budget, wayIn } from '../ways-in/way-in.ts';
import type { Declaration } from './declared.ts';
import { doubtsOf } from './doubts.ts';
import { pathsIn, type Search, waysAt } from './search.ts';
import { grantsIn, type When, whenOf } from './when.ts';

/** A step, with the condition of its grant. */
export type AccessStep = ReachStep & {
  readonly condition?: Condition;
  /** What the member changes in this step, so that a later step works. */
  readonly changes?: string;
};

export const stepOf = (way: Way): AccessStep => {
  const { condition } = way.holder.binding;
  return { ...stepBy(way), ...(condition && { condition }) };
};

/** A member that can get the credential of a chain, or may be able to. */
export type PrincipalAccess = {
  readonly member: string;
  readonly answer: 'yes' | 'possible';
  /** Why the chain file expects it; `null` if there is a way that it does not expect. */
  readonly declared: Declaration | null;
  /** The kinds of credentials of the target that the member can get. */
  readonly kinds: readonly Kind[];
  /** And those that it may be able to get. */
  readonly possibleKinds: readonly Kind[];
  /** `null` if it is unknown. */
  readonly when: When | null;
  /** Why the answer is not yes. */
  readonly doubts: readonly string[];
  /** The last step gets the credential. Empty for the target itself. */
  readonly steps: readonly AccessStep[];
};

/** A possible access, or a certain one if the member can change a role, an account or a deny policy so that it has access. */
export function* withChanges(
  search: Search,
  access: PrincipalAccess,
  budget: Budget = { ...BUDGET },
): Steps<PrincipalAccess> {
  if (access.answer === 'yes' || budget.worlds <= 0) return access;
  const found = yield* wayIn(search, access.member, budget);
  if (!found) return access;
  if (found.assumes.length > 0) {
    const doubts = found.assumes.map((assumed) => `it works if ${assumed}`);
    return { ...access, doubts: [...access.doubts, ...doubts] };
  }
  const { kind } = search.chain.credential;
  const [first] = found.steps;
  return {
    ...access,
    answer: 'yes',
    declared: (first && search.declarationOf(first.way)) ?? null,
    kinds: [kind],
    possibleKinds: access.possibleKinds.filter((one) => one !== kind),
    when: found.when,
    doubts: [],
    steps: found.steps.map(({ way, change }) => ({
      ...stepOf(way),
      ...(change && { changes: change.is }),
    })),
  };
}

/** Everyone who can get the credential of the chain, the certain ones first. */
export function* principalsOf(search: Search): Steps<PrincipalAccess[]> {
  const found = yield* pathsOfAll(search);
  const grantsOf = grantsIn(search.ways);
  const all: PrincipalAccess[] = [];
  const budget = { ...BUDGET };
  for (const [member, candidates] of found.best) {
    yield;
    const access = accessBy(member, candidates, found.kindsOf(member), search, grantsOf);
    all.push(yield* withChanges(search, access, budget));
  }
  const target = targetItself(search);
  return [...(target ? [target] : []), ...all].sort(
    (a, b) => rankOf(a) - rankOf(b) || a.steps.length - b.steps.length,
  );
}

/** The unexpected ones first, and the certain before the possible. */
const rankOf = ({ answer, declared }: PrincipalAccess): number =>
  (declared === null ? 0 : 2) + (answer === 'yes' ? 0 : 1);

/** The account of the credential: a workload that runs as it has its credentials. */
export function targetItself({ chain, snapshot }: Search): PrincipalAccess | undefined {
  const target = liveAccount(snapshot, chain.target);
  if (!target) return undefined;
  const kinds = Object.keys(KIND_PERMISSION) as Kind[];
  return {
    member: `serviceAccount:${target.email}`,
    answer: target.disabled ? 'possible' : 'yes',
    declared: 'target',
    kinds: target.disabled ? [] : kinds,
    possibleKinds: target.disabled ? kinds : [],
    when: null,
    doubts: target.disabled ? [`${target.email} is disabled`] : [],
    steps: [],
  };
}

/** The paths of a member, in the order in which an answer prefers them. */
export type Candidates = readonly Path[];

type Found = {
  readonly best: ReadonlyMap<string, Candidates>;
  readonly kindsOf: (member: string) => Pick<PrincipalAccess, 'kinds' | 'possibleKinds'>;
};

/** A certain path before a possible one, then an undeclared one before a declared one, then one that works now. */
export function* pathsOfAll(search: Search, among: Ways = search.ways): Steps<Found> {
  const { chain, declarationOf, now } = search;
  const paths = pathsIn(search, among);
  const { kind } = chain.credential;
  const atNow = waysAt(among, now);
  const isUndeclared = (way: Way) => declarationOf(way) === undefined;
  const searches = [
    yield* paths(kind, isUndeclared, atNow),
    yield* paths(kind, isUndeclared),
    yield* paths(kind, undefined, atNow),
    yield* paths(kind),
  ];
  const all = Map.groupBy(searches.flat(), ({ member }) => member);
  const best = new Map(
    [...all].map(([member, own]) => {
      const { certain = [], possible = [] } = Object.groupBy(own, (one) =>
        one.possible ? 'possible' : 'certain',
      );
      return [member, [...certain, ...possible]] as const;
    }),
  );
  const byKind = new Map<Kind, ReadonlyMap<string, Path>>();
  for (const other of Object.keys(KIND_PERMISSION) as Kind[]) {
    const found = other === kind ? (searches[3] ?? []) : yield* paths(other);
    byKind.set(other, new Map(found.map((path) => [path.member, path])));
  }
  return {
    best,
    kindsOf(member) {
      const known = [...byKind].flatMap(([each, members]) => {
        const path = members.get(member);
        return path ? [{ kind: each, possible: path.possible }] : [];
      });
      return {
        kinds: known.filter(({ possible }) => !possible).map((one) => one.kind),
        possibleKinds: known.filter(({ possible }) => possible).map((one) => one.kind),
      };
    },
  };
}

/** What the best of the paths says about a member. */
export function accessBy(
  member: string,
  candidates: Candidates,
  kinds: Pick<PrincipalAccess, 'kinds' | 'possibleKinds'>,
  { declarationOf, snapshot, now }: Search,
  grantsOf: (way: Way) => readonly Way[],
): PrincipalAccess {
  const timed = candidates.map((path) => ({
    path,
    when: path.possible ? undefined : whenOf(path.ways, grantsOf, now),
  }));
  const best = timed.find(({ when }) => when) ?? timed[0];
  if (!best) throw new Error('a member has at least one path');
  const { path, when } = best;
  const isCertain = !path.possible && when !== undefined;
  const [first] = path.ways;
  return {
    member,
    answer: isCertain ? 'yes' : 'possible',
    declared: (first && declarationOf(first)) ?? null,
    kinds: isCertain ? kinds.kinds : [],
    possibleKinds: isCertain ? kinds.possibleKinds : [...kinds.kinds, ...kinds.possibleKinds],
    when: when ?? null,
    doubts: isCertain
      ? []
      : path.possible
        ? doubtsOf(path, snapshot, now)
        : ['its conditions do not hold one after the other'],
    steps: path.ways.map(stepOf),
  };
}
