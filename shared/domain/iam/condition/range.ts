/**
 * The integers that an expression has during a time: all are between `min` and `max`. `fails`: CEL has no value, never, perhaps, or
 * always. JavaScript counts exactly up to 2^53, and CEL up to 2^63: a result in between is not decided.
 */
export type Range = {
  readonly min: number;
  readonly max: number;
  readonly fails: 'never' | 'maybe' | 'always';
};

// Local names are faster than globals, and ranges are computed often.
const { abs, floor, max, min, trunc } = Math;
const LARGEST = Number.MAX_SAFE_INTEGER;

export const exactly = (value: number): Range => range(value, value);
export const FAILED: Range = { min: 0, max: 0, fails: 'always' };

function range(min: number, max: number, fails: Range['fails'] = 'never'): Range {
  const isExact = abs(min) <= LARGEST && abs(max) <= LARGEST;
  if (isExact) return { min, max, fails };
  return min === max ? FAILED : { min, max, fails: 'maybe' };
}

export type Operator = (a: Range, b: Range) => Range;

/** @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#numeric-values */
export const ARITHMETIC: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['_+_', (a, b) => range(a.min + b.min, a.max + b.max)],
  ['_-_', (a, b) => range(a.min - b.max, a.max - b.min)],
  ['_*_', (a, b) => ofCorners(a, b, (x, y) => x * y)],
  ['_/_', (a, b) => divided(a, b, () => ofCorners(a, b, (x, y) => trunc(x / y)))],
  ['_%_', (a, b) => divided(a, b, () => remainder(a, b))],
]);

export function arithmetic(operator: Operator, a: Range, b: Range): Range {
  if (a.fails === 'always' || b.fails === 'always') return FAILED;
  const result = operator(a, b);
  const mayFail = a.fails === 'maybe' || b.fails === 'maybe';
  return mayFail && result.fails === 'never' ? { ...result, fails: 'maybe' } : result;
}

function ofCorners(a: Range, b: Range, operator: (x: number, y: number) => number): Range {
  if (a.min === a.max && b.min === b.max) return exactly(operator(a.min, b.min));
  const corners = [
    operator(a.min, b.min),
    operator(a.min, b.max),
    operator(a.max, b.min),
    operator(a.max, b.max),
  ];
  return range(min(...corners), max(...corners));
}

/** Division by zero has no value. */
function divided(a: Range, b: Range, quotient: () => Range): Range {
  if (b.min === 0 && b.max === 0) return FAILED;
  if (b.min > 0 || b.max < 0) return quotient();
  const most = max(abs(a.min), abs(a.max));
  return range(-most, most, 'maybe');
}

/** The sign of a remainder is the sign of `a`. */
function remainder(a: Range, b: Range): Range {
  if (a.min === a.max && b.min === b.max) return exactly(a.min % b.min);
  const divisor = abs(b.min);
  if (b.min === b.max && a.min >= 0 && floor(a.min / divisor) === floor(a.max / divisor)) {
    return range(a.min % divisor, a.max % divisor);
  }
  const most = max(abs(b.min), abs(b.max)) - 1;
  return range(a.min < 0 ? -most : 0, a.max > 0 ? most : 0);
}
