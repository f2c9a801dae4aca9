import fc from 'fast-check';
import { type Checked, check, type Depth } from './compare/check.ts';
import type { Disagreement } from './compare/disagreement.ts';
import { prune } from './scenario/prune.ts';
import { type Scenario, scenarios } from './scenario/scenario.ts';

/** A disagreement in the smallest world that still has one of this kind. */
export type Smallest = Disagreement & { readonly world: number; readonly scenario: Scenario };
export type Result = {
  readonly worlds: number;
  readonly counts: Record<keyof Checked['counts'], number>;
  readonly missing: Record<string, number>;
  /** How many worlds have a disagreement of each kind. */
  readonly kinds: Map<string, number>;
  readonly smallest: Map<string, Smallest>;
  /** In how many worlds each hole is found. */
  readonly holes: Map<string, number>;
};

const BATCH = 100;

/** Checks random worlds. The same seed gives the same worlds. The first world of each new kind is made as small as possible. */
export async function runWorlds({
  seed,
  worlds,
  depth,
  depthOf = () => depth,
  shrinks = () => true,
  progress,
}: {
  readonly seed: number;
  readonly worlds: number;
  readonly depth: Depth;
  /** Some worlds may have another depth. They count from 0. */
  readonly depthOf?: (world: number) => Depth;
  /** Whether to make the world of this kind small. */
  readonly shrinks?: (kind: string) => boolean;
  readonly progress?: (done: number) => void;
}): Promise<Result> {
  const counts = { mints: 0, hops: 0, attackers: 0, attacks: 0 };
  const result = {
    worlds: 0,
    counts,
    missing: {},
    kinds: new Map(),
    smallest: new Map(),
    holes: new Map(),
  } as Result & { worlds: number };
  for (let batch = 0; batch * BATCH < worlds; batch++) {
    const parameters = { seed: seed * 100_003 + batch };
    const numRuns = Math.min(BATCH, worlds - batch * BATCH);
    for (const [i, scenario] of fc.sample(scenarios, { ...parameters, numRuns }).entries()) {
      const world = batch * BATCH + i;
      const checked = await check(scenario, depthOf(world));
      result.worlds++;
      add(result.counts, checked.counts);
      add(result.missing, checked.missing);
      for (const hole of checked.holes) {
        result.holes.set(hole, (result.holes.get(hole) ?? 0) + 1);
      }
      for (const [kind, [first]] of Map.groupBy(checked.found, (one) => one.kind)) {
        const isNew = !result.kinds.has(kind);
        result.kinds.set(kind, (result.kinds.get(kind) ?? 0) + 1);
        if (!isNew || !first) continue;
        const small = shrinks(kind)
          ? await shrink(kind, { ...parameters, path: String(i) }, depthOf(world))
          : undefined;
        result.smallest.set(kind, { ...first, scenario, ...small, world });
      }
      progress?.(result.worlds);
    }
  }
  return result;
}

async function shrink(
  kind: string,
  parameters: { readonly seed: number; readonly path: string },
  depth: Depth,
): Promise<(Disagreement & { readonly scenario: Scenario }) | undefined> {
  const findIn = async (scenario: Scenario) =>
    (await check(scenario, depth)).found.find((one) => one.kind === kind);
  const property = fc.asyncProperty(scenarios, async (scenario) => !(await findIn(scenario)));
  const { counterexample } = await fc.check(property, { ...parameters, numRuns: 1 });
  if (!counterexample) return undefined;
  const scenario = await prune(counterexample[0], async (pruned) => Boolean(await findIn(pruned)));
  const found = await findIn(scenario);
  return found && { ...found, scenario };
}

function add<Name extends string>(
  sum: Record<Name, number>,
  more: Readonly<Record<Name, number>>,
): void {
  for (const [name, count] of Object.entries(more) as [Name, number][]) {
    sum[name] = (sum[name] ?? 0) + count;
  }
}
