import { FIELDS, type Field } from './calendar.ts';
import { compareLinear, duration, instant, type Linear, sum } from './linear.ts';
import { msOf, NANOS_PER_MS, type Nanos, parseDuration, parseInstant } from './literal.ts';
import {
  COMPARISONS,
  type Comparison,
  compared,
  equal,
  inverse,
  NO,
  type Outcome,
  outcomeOf,
  strictEither,
  YES,
} from './outcome.ts';
import { fieldDuring, type OutcomeDuring, type Piece } from './piece.ts';
import { ARITHMETIC, arithmetic, exactly, FAILED, type Operator, type Range } from './range.ts';
import { integer, isLinear, type Term, text, truth, UNKNOWN } from './term.ts';
import { UTC, type Zone, zoneOf } from './zone.ts';

/** What the parts of one expression share. */
export type Shared = {
  /** From these instants on, a comparison may have another value. */
  readonly cuts: Set<Nanos>;
  /** Each calendar field is evaluated once for a piece. */
  readonly fields: Map<string, Term>;
  /** Of one evaluation, in units of the cheapest part. */
  cost: number;
};

const COST_OF_FIELD = 12;

/** The value of an operator or a function. */
export function operationOf(name: string, terms: readonly Term[], shared: Shared): Term {
  const [a, b] = terms;
  if (a && !b) return ofOne(name, a);
  if (!a || !b || terms.length !== 2) return UNKNOWN;
  const comparison = COMPARISONS.get(name);
  if (comparison) {
    const during = comparisonOf(comparison, a, b, shared);
    return during ? truth(during) : UNKNOWN;
  }
  if (name === '@in' || name === '_in_') return membership(a, b, shared);
  const operator = ARITHMETIC.get(name);
  if (operator && a.is === 'integer' && b.is === 'integer') {
    return integer((piece) => arithmetic(operator, a.during(piece), b.during(piece)));
  }
  if (name === '_+_' && a.is === 'text' && b.is === 'text') return text(a.text + b.text);
  if ((name === '_+_' || name === '_-_') && isLinear(a) && isLinear(b)) {
    return sum(a, name === '_+_' ? 1 : -1, b) ?? UNKNOWN;
  }
  return UNKNOWN;
}

const MINUS = ARITHMETIC.get('_-_') as Operator;
const ZERO = exactly(0);

function ofOne(name: string, a: Term): Term {
  if (name === '-_' && a.is === 'integer') {
    return integer((piece) => arithmetic(MINUS, ZERO, a.during(piece)));
  }
  if (a.is !== 'text') return UNKNOWN;
  const at = name === 'timestamp' ? parseInstant(a.text) : undefined;
  if (at !== undefined) return instant(at);
  const length = name === 'duration' ? parseDuration(a.text) : undefined;
  return length === undefined ? UNKNOWN : duration(length);
}

function comparisonOf(
  comparison: Comparison,
  a: Term,
  b: Term,
  shared: Shared,
): OutcomeDuring | undefined {
  if (a.is === 'integer' && b.is === 'integer') {
    return (piece) => compared(comparison, a.during(piece), b.during(piece));
  }
  if (isLinear(a) && isLinear(b)) {
    const made = compareLinear(comparison, a, b);
    for (const at of made?.cuts ?? []) shared.cuts.add(at);
    return made?.during;
  }
  // Implementations order texts differently.
  if (comparison.less !== comparison.more) return undefined;
  if (a.is === 'text' && b.is === 'text') {
    const outcome = a.text === b.text ? comparison.same : comparison.less;
    return () => outcome;
  }
  if (a.is === 'truth' && b.is === 'truth') {
    const isEquality = comparison.same === YES;
    return (piece) => {
      const outcome = equal(a.during(piece), b.during(piece));
      return isEquality ? outcome : inverse(outcome);
    };
  }
  return undefined;
}

const EQUAL = COMPARISONS.get('_==_') as Comparison;

function membership(a: Term, list: Term, shared: Shared): Term {
  if (list.is !== 'list' || list.items.length === 0) return UNKNOWN;
  const equalities: OutcomeDuring[] = [];
  for (const item of list.items) {
    const during = comparisonOf(EQUAL, a, item, shared);
    if (!during) return UNKNOWN;
    equalities.push(during);
  }
  return truth((piece) =>
    equalities.reduce((any: Outcome, during) => strictEither(any, during(piece)), NO),
  );
}

const TEXT_TESTS = new Map<string, (a: string, b: string) => boolean>(
  Object.entries({
    startsWith: (a: string, b: string) => a.startsWith(b),
    endsWith: (a: string, b: string) => a.endsWith(b),
    contains: (a: string, b: string) => a.includes(b),
  }),
);

/** The value of a method: a calendar method of an instant, or a test of a text. */
export function methodOf(name: string, on: Term, args: readonly Term[], shared: Shared): Term {
  const [arg] = args;
  if (args.length > 1 || (arg && arg.is !== 'text')) return UNKNOWN;
  if (on.is === 'text' && arg) {
    const test = TEXT_TESTS.get(name);
    if (!test) return UNKNOWN;
    const outcome = outcomeOf(test(on.text, arg.text));
    return truth(() => outcome);
  }
  const field = FIELDS.get(name);
  const zone = arg ? zoneOf(arg.text) : UTC;
  if (on.is !== 'instant' || !field || !zone) return UNKNOWN;
  const key = `${name} ${arg?.text} ${on.slope} ${on.nanos} ${on.first} ${on.last}`;
  const known = shared.fields.get(key);
  if (known) return known;
  const made = fieldOf(field, on, zone, shared);
  shared.fields.set(key, made);
  shared.cost += COST_OF_FIELD;
  return made;
}

function fieldOf(
  field: Field,
  { slope, nanos, first, last }: Linear,
  zone: Zone,
  { cuts }: Shared,
): Term {
  if (slope === 0) {
    const ms = msOf(nanos);
    const value = exactly(field.of(ms + zone.offsetAt(ms)));
    return integer(() => value);
  }
  if (nanos % NANOS_PER_MS !== 0n) return UNKNOWN;
  const shift = Number(nanos / NANOS_PER_MS);
  cuts.add(first).add(last + 1n);
  let latest: { piece: Piece; range: Range } | undefined;
  return integer((piece) => {
    if (latest?.piece !== piece) {
      const hasValue = piece.at >= first && piece.at <= last;
      latest = { piece, range: hasValue ? fieldDuring(piece, field, zone, shift) : FAILED };
    }
    return latest.range;
  });
}
