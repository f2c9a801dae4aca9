import type { Truth } from '../three-valued.ts';
import { earliest, latest, msOf, NANOS_PER_MS, type Nanos } from './literal.ts';
import { isSingle, NO, OPEN, type Outcome, truthOfOutcome, YES } from './outcome.ts';
import type { Piece } from './piece.ts';
import type { Atom, Translation } from './translate.ts';

/** The truth of a condition from `start` until just before `end`. */
export type Interval = { readonly start: Nanos; readonly end: Nanos; readonly truth: Truth };

/** What one call may spend, in units of the cheapest part: some 50 ms. After it, the rest of the time is unknown. */
export const COST_MAX = 3_000_000;

const COST_OF_PIECE = 10;

/** Parts of an expression whose values are tried one by one: with each more, there are twice as many combinations. */
const ATOMS_MAX = 8;

/**
 * The truth of a condition at all instants from `from` until just before `to`, as intervals in order, without gaps. Neighbours differ.
 *
 * The instants that comparisons name cut the time. Between them, only calendar fields change: a piece in which they leave the outcome open
 * is cut where a grain begins, again and again. Nothing is sampled.
 */
export function* intervalsDuring(
  translation: Translation,
  from: Nanos,
  to: Nanos,
  costMax: number,
): Generator<Interval> {
  let open: Interval | undefined;
  for (const next of piecesDuring(translation, from, to, costMax)) {
    if (open && open.truth === next.truth) {
      open = { ...open, end: next.end };
    } else {
      if (open) yield open;
      open = next;
    }
  }
  if (open) yield open;
}

function* piecesDuring(
  translation: Translation,
  from: Nanos,
  to: Nanos,
  costMax: number,
): Generator<Interval> {
  const { cuts, cost } = translation;
  const inside = [...cuts].filter((cut) => cut > from && cut < to);
  const edges = [from, ...inside.sort((a, b) => (a < b ? -1 : 1)), to];
  const evaluate = evaluator(translation);
  const budget = { cost: costMax };
  for (const [i, start] of edges.slice(0, -1).entries()) {
    const end = edges[i + 1] as Nanos;
    // Of a piece, in milliseconds. The next one is last.
    const pieces = [[msOf(start), msOf(end - 1n) + 1] as const];
    for (let next = pieces.pop(); next; next = pieces.pop()) {
      const [first, last] = next;
      const at = latest(start, BigInt(first) * NANOS_PER_MS);
      if (budget.cost <= 0) {
        yield { start: at, end: to, truth: 'unknown' };
        return;
      }
      const piece: Piece = { at: start, from: first, to: last, assumed: [] };
      const outcome = evaluate(piece, budget);
      if (!isSingle(outcome) && piece.cut !== undefined) {
        pieces.push([piece.cut.at, last], [first, piece.cut.at]);
      } else {
        yield {
          start: at,
          end: earliest(end, BigInt(last) * NANOS_PER_MS),
          truth: truthOfOutcome(outcome),
        };
      }
      budget.cost -= cost + COST_OF_PIECE;
    }
  }
}

type Evaluate = (piece: Piece, budget: { cost: number }) => Outcome;

/**
 * The outcome of an expression during a piece. If unknown parts leave it open, all combinations of their values are tried: when they agree,
 * it is decided. A part that reads an attribute may have no value at all. Then CEL has none, and IAM does not grant. So such a
 * part can decide `NO`, and only functions of tags can decide `YES`.
 */
function evaluator({ during, atoms, cost }: Translation): Evaluate {
  // A part that is used once needs no trial: no other part depends on its value.
  const repeated = atoms.filter(({ uses }) => uses > 1);
  const tags = repeated.filter(({ isTag }) => isTag).slice(0, ATOMS_MAX);
  const tried = [...tags, ...repeated.filter(({ isTag }) => !isTag)].slice(0, ATOMS_MAX);
  return (piece, budget) => {
    const outcome = during(piece);
    if (outcome !== OPEN || tried.length === 0) return outcome;
    let all: Outcome = 0;
    const tryAll = ([first, ...rest]: readonly Atom[]): void => {
      budget.cost -= cost;
      const now = during(piece);
      if (!first || now !== OPEN) {
        all |= now;
        if (!isSingle(now)) variesWithTime = true;
        return;
      }
      for (const value of [YES, NO]) {
        piece.assumed[first.number] = value;
        tryAll(rest);
      }
      delete piece.assumed[first.number];
    };
    let variesWithTime = false;
    tryAll(tags);
    if (all === YES || all === NO) return all;
    [all, variesWithTime] = [0, false];
    tryAll(tried);
    if (variesWithTime && piece.cut !== undefined) return YES | NO;
    return all === NO ? NO : OPEN;
  };
}
