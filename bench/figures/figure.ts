import { max, median, min } from 'simple-statistics';

/** The two values of one round: ours, and the yardstick that ours is compared with. */
export type Pair = readonly [ours: number, yardstick: number];

export type Measurement = {
  /** As in `rotation: CPU`. Do not change a name without need: names connect the figures of different releases. */
  readonly name: string;
  readonly unit: string;
  /** A description of the yardstick. */
  readonly against: string;
  readonly pairs: readonly Pair[];
  /** The greatest accepted ratio. A figure without a budget is only shown. */
  readonly budget?: number;
  /** For counts: every round must have exactly the ratio of the budget. */
  readonly exactly?: boolean;
};

/** The result of a measurement: one line of `--json`. */
export type Figure = {
  readonly name: string;
  /** The median of all rounds. So is `yardstick`. */
  readonly value: number;
  readonly unit: string;
  readonly yardstick: number;
  /** The median of the ratios of the rounds: when the machine becomes slower, both sides of a round do. */
  readonly ratio: number;
  readonly budget: number | null;
  readonly ok: boolean;
  readonly against: string;
  readonly rounds: number;
  readonly min: number;
  readonly max: number;
  readonly ratioMin: number;
  readonly ratioMax: number;
};

/** @throws {Error} when there is no round, or a ratio is not a number: a bench that measures nothing must not pass */
export function figureOf(measurement: Measurement): Figure {
  const { name, unit, against, pairs, budget, exactly } = measurement;
  const ours = pairs.map(([value]) => value);
  const ratios = pairs.map(([value, yardstick]) => value / yardstick);
  if (pairs.length === 0 || !ratios.every(Number.isFinite)) {
    throw new Error(`${name}: ${JSON.stringify(pairs)} is not a measurement`);
  }
  const ratio = median(ratios);
  const ok = exactly ? ratios.every((each) => each === budget) : ratio <= (budget ?? ratio);
  return {
    name,
    value: rounded(median(ours)),
    unit,
    yardstick: rounded(median(pairs.map(([, yardstick]) => yardstick))),
    ratio: rounded(ratio),
    budget: budget ?? null,
    ok,
    against,
    rounds: pairs.length,
    min: rounded(min(ours)),
    max: rounded(max(ours)),
    ratioMin: rounded(min(ratios)),
    ratioMax: rounded(max(ratios)),
  };
}

/** Four digits are more precise than any clock of the machine. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/**
 * Runs both sides alternately, round by round. The first side of a round changes each time, so that each side runs equally often
 * after the other.
 *
 * @param ours measures one round of ours
 * @param yardstick measures one round of the yardstick
 */
export async function sideBySide<T>(
  rounds: number,
  ours: () => Promise<T>,
  yardstick: () => Promise<T>,
): Promise<(readonly [ours: T, yardstick: T])[]> {
  const pairs: (readonly [T, T])[] = [];
  for (let round = 0; round < rounds; round++) {
    const oursFirst = round % 2 === 0;
    const first = await (oursFirst ? ours() : yardstick());
    const second = await (oursFirst ? yardstick() : ours());
    pairs.push(oursFirst ? [first, second] : [second, first]);
  }
  return pairs;
}

/**
 * The best turn of each side. Other work on the machine only makes a turn slower, so the best turn is closest to the real cost.
 */
export const bestOf = (turns: readonly Pair[]): Pair => [
  min(turns.map(([ours]) => ours)),
  min(turns.map(([, theirs]) => theirs)),
];

/** One file in `bench/`. */
export type Bench = {
  /** The name for `--only`. */
  readonly name: string;
  run(): AsyncIterable<Figure>;
};
