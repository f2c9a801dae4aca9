import { max, median, min } from 'simple-statistics';

/** What one round measured: ours, and the yardstick right beside it. */
export type Pair = readonly [ours: number, yardstick: number];

export type Measurement = {
  /** What is measured, of what: `rotation: CPU`. Names stay, so that a figure can be followed from release to release. */
  readonly name: string;
  readonly unit: string;
  /** What the yardstick is, as one would say it. */
  readonly against: string;
  readonly pairs: readonly Pair[];
  /** The greatest ratio that is good. None: the figure is told, and judged by nobody. */
  readonly budget?: number;
  /** What is counted, and not timed, is to be met in every round, neither more nor less. */
  readonly exactly?: boolean;
};

/** A measurement and its verdict: one line of `--json`. */
export type Figure = {
  readonly name: string;
  /** The median of all rounds, as is the yardstick. */
  readonly value: number;
  readonly unit: string;
  readonly yardstick: number;
  /** The median of the rounds' own ratios: a machine that drifts moves both sides of a round. */
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

/** @throws {Error} when nothing was measured, or something that is no number: a bench that measures nothing must not pass */
export function figureOf(measurement: Measurement): Figure {
  const { name, unit, against, pairs, budget, exactly } = measurement;
  const ours = pairs.map(([value]) => value);
  const ratios = pairs.map(([value, yardstick]) => value / yardstick);
  if (pairs.length === 0 || !ratios.every(Number.isFinite)) {
    throw new Error(`${name}: ${JSON.stringify(pairs)} is no measurement`);
  }
  const ratio = median(ratios);
  const isGood = exactly ? ratios.every((each) => each === budget) : ratio <= (budget ?? ratio);
  return {
    name,
    value: rounded(median(ours)),
    unit,
    yardstick: rounded(median(pairs.map(([, yardstick]) => yardstick))),
    ratio: rounded(ratio),
    budget: budget ?? null,
    ok: isGood,
    against,
    rounds: pairs.length,
    min: rounded(min(ours)),
    max: rounded(max(ours)),
    ratioMin: rounded(min(ratios)),
    ratioMax: rounded(max(ratios)),
  };
}

/** Four digits are more than any of this machine's clocks is worth. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/**
 * Runs both sides in turn, round by round, the first to go changing each time: what one leaves behind is then met by both.
 *
 * @param ours measures one round @param yardstick measures one round of what it is compared with
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
 * Whose other work on the machine slows a turn adds to it: the best of some turns is nearest to what the work itself costs.
 *
 * @param turns of both sides, in turn @returns the best of each side's own
 */
export const bestOf = (turns: readonly Pair[]): Pair => [
  min(turns.map(([ours]) => ours)),
  min(turns.map(([, theirs]) => theirs)),
];

/** One file below `bench/`: what it measures, a figure at a time. */
export type Bench = {
  /** What `--only` names. */
  readonly name: string;
  run(): AsyncIterable<Figure>;
};
