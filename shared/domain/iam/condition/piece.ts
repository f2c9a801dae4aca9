import type { Field } from './calendar.ts';
import type { Nanos } from './literal.ts';
import type { Outcome } from './outcome.ts';
import { exactly, type Range } from './range.ts';
import type { Zone } from './zone.ts';

const { floor } = Math;

/**
 * A part of time for which an expression is evaluated at once. No comparison of instants changes within it. A calendar field may: then it
 * proposes where to cut.
 */
export type Piece = {
  /** All comparisons of instants have the value that they have here. */
  readonly at: Nanos;
  /** In milliseconds since 1970; `to` is not in the piece. */
  readonly from: number;
  readonly to: number;
  /** The assumed values of the attributes and functions that nobody knows, by their number. */
  readonly assumed: Outcome[];
  /** Where to cut the piece, and the length of the grain that begins there. */
  cut?: { readonly at: number; readonly length: number };
};

export type OutcomeDuring = (piece: Piece) => Outcome;

/** The values of a calendar field of `request.time + shift` during a piece. */
export function fieldDuring(piece: Piece, field: Field, zone: Zone, shift: number): Range {
  const [from, to] = [piece.from + shift, piece.to + shift];
  const { min: least, max: most, transition } = zone.offsets(from, to);
  const [min, max] = field.between(from + least, to - 1 + most);
  if (min === max) return exactly(min);
  if (to - from === 1) return exactly(field.of(from + zone.offsetAt(from)));
  if (piece.cut === undefined || piece.cut.length < field.length) {
    const middle = floor((from + to) / 2);
    const offset = zone.offsetAt(middle);
    const [start, next] = field.grain(middle + offset);
    const isInside = (at: number) => at > from && at < to;
    const at =
      [start - offset, next - offset].find(isInside) ??
      (transition !== undefined && isInside(transition) ? transition : middle);
    piece.cut = { at: at - shift, length: field.length };
  }
  return { min, max, fails: 'never' };
}
