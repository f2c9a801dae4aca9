import { unparse } from '@bufbuild/cel';
import { REQUEST_TIME } from './linear.ts';
import type { Nanos } from './literal.ts';
import { methodOf, operationOf, type Shared } from './operations.ts';
import { both, either, inverse, NO, OPEN, outcomeOf, YES } from './outcome.ts';
import type { OutcomeDuring } from './piece.ts';
import { exactly } from './range.ts';
import { type Expr, integer, type Term, text, truth, UNKNOWN } from './term.ts';

type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value'];
type Constant = Extract<Expr['exprKind'], { case: 'constExpr' }>['value']['constantKind'];

/** The attributes that are known, such as `resource.name`, with their values. */
export type Attributes = Readonly<Record<string, string>>;

/** A part of an expression whose value is unknown. Equal texts have equal values. */
export type Atom = {
  readonly number: number;
  /** A function of tags always has a value. An attribute may have none, and then IAM does not grant. */
  readonly isTag: boolean;
  uses: number;
};

export type Translation = {
  readonly during: OutcomeDuring;
  /** From these instants on, a comparison may have another value. */
  readonly cuts: ReadonlySet<Nanos>;
  readonly atoms: readonly Atom[];
  /** Of one evaluation, in units of the cheapest part. */
  readonly cost: number;
};

/** These have a boolean value or none, even if an operand is unknown. */
const BOOLEAN =
  /^(?:_[=!]=_|_[<>]=?_|@in|_in_|startsWith|endsWith|contains|matches|matchTag|matchTagId|hasTagKey|hasTagKeyId)$/;

const TAG_FUNCTION = /^(?:matchTag|matchTagId|hasTagKey|hasTagKeyId)$/;

/** Translates an expression into a function from time to its outcome. */
export function translate(root: Expr, attributes: Attributes): Translation {
  const shared: Shared = { cuts: new Set(), fields: new Map(), cost: 0 };
  const atoms = new Map<string, Atom>();

  function atom(name: string, isTag: boolean): OutcomeDuring {
    const known = atoms.get(name) ?? { number: atoms.size, isTag, uses: 0 };
    known.uses += 1;
    atoms.set(name, known);
    return ({ assumed }) => assumed[known.number] ?? OPEN;
  }

  function truthOf(expr: Expr): OutcomeDuring {
    const term = asTruth(termOf(expr), expr);
    return term.is === 'truth' ? term.during : () => OPEN; // not a boolean
  }

  function atomOf(expr: Expr): OutcomeDuring {
    const call = expr.exprKind.case === 'callExpr' ? expr.exprKind.value : undefined;
    if (call?.function === '_!=_') {
      const opposite = atom(call.args.map((arg) => unparse(arg)).join(' == '), false);
      return (piece) => inverse(opposite(piece));
    }
    return atom(unparse(expr), call !== undefined && TAG_FUNCTION.test(call.function));
  }

  function termOf(expr: Expr): Term {
    shared.cost += 1;
    const { exprKind } = expr;
    switch (exprKind.case) {
      case 'constExpr':
        return constantOf(exprKind.value.constantKind);
      case 'selectExpr': {
        const path = pathOf(expr) ?? '';
        if (path === 'request.time') return REQUEST_TIME;
        const value = Object.hasOwn(attributes, path) ? attributes[path] : undefined;
        return value === undefined ? UNKNOWN : text(value);
      }
      case 'listExpr':
        return { is: 'list', items: exprKind.value.elements.map(termOf) };
      case 'callExpr': {
        const term = callOf(exprKind.value);
        return BOOLEAN.test(exprKind.value.function) ? asTruth(term, expr) : term;
      }
      default:
        return UNKNOWN;
    }
  }

  function callOf({ function: name, target, args }: Call): Term {
    const [first, second, third] = args;
    if (first && second && name === '_&&_') return joined(both, first, second);
    if (first && second && name === '_||_') return joined(either, first, second);
    if (first && second && third && name === '_?_:_') return choice(first, second, third);
    if (first && name === '!_') {
      const one = truthOf(first);
      return truth((piece) => inverse(one(piece)));
    }
    const terms = args.map(termOf);
    if (target) return methodOf(name, termOf(target), terms, shared);
    if (name !== '_==_' && name !== '_!=_') return operationOf(name, terms, shared);
    // What is equal to a boolean is a boolean.
    const isBoolean = terms.some(({ is }) => is === 'truth');
    const equals = isBoolean ? args.map((arg, i) => asTruth(terms[i] ?? UNKNOWN, arg)) : terms;
    return operationOf(name, equals, shared);
  }

  const asTruth = (term: Term, expr: Expr): Term =>
    term.is === 'unknown' ? truth(atomOf(expr)) : term;

  function joined(join: typeof both, first: Expr, second: Expr): Term {
    const [a, b] = [truthOf(first), truthOf(second)];
    return truth((piece) => {
      const outcome = a(piece);
      // Like `||` and `&&` themselves: what is decided needs no other side.
      return outcome === (join === both ? NO : YES) ? outcome : join(outcome, b(piece));
    });
  }

  function choice(condition: Expr, first: Expr, second: Expr): Term {
    const before = new Map([...atoms].map(([name, { uses }]) => [name, uses]));
    const test = truthOf(condition);
    // A choice reads its condition once for each branch.
    for (const [name, one] of atoms) if (one.uses > (before.get(name) ?? 0)) one.uses += 1;
    const [yes, no] = [truthOf(first), truthOf(second)];
    return truth((piece) => {
      const outcome = test(piece);
      return (outcome & YES ? yes(piece) : 0) | (outcome & NO ? no(piece) : 0) | (outcome & OPEN);
    });
  }

  const during = truthOf(root);
  const { cuts, cost } = shared;
  return { during, cuts, cost, atoms: [...atoms.values()] };
}

function constantOf(constant: Constant): Term {
  switch (constant.case) {
    case 'boolValue': {
      const outcome = outcomeOf(constant.value);
      return truth(() => outcome);
    }
    case 'int64Value': {
      const value = exactly(Number(constant.value));
      return Number.isSafeInteger(value.min) ? integer(() => value) : UNKNOWN;
    }
    case 'stringValue': // some implementations refuse half a surrogate pair
      return constant.value.isWellFormed() ? text(constant.value) : UNKNOWN;
    default:
      return UNKNOWN;
  }
}

/** `request.time` of an expression that selects a field of a name; undefined for every other expression, `has()` too. */
function pathOf({ exprKind }: Expr): string | undefined {
  if (exprKind.case === 'identExpr') return exprKind.value.name;
  if (exprKind.case !== 'selectExpr' || exprKind.value.testOnly) return undefined;
  const { operand, field } = exprKind.value;
  const path = operand && pathOf(operand);
  return path === undefined ? undefined : `${path}.${field}`;
}
