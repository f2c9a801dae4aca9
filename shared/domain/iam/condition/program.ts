import {
  type CelInput,
  CelScalar,
  celEnv,
  celMethod,
  isCelError,
  parse,
  plan,
  run,
} from '@bufbuild/cel';
import { type Truth, truthOf } from '../three-valued.ts';
import { calendarMethods } from './calendar.ts';

export type Expr = ReturnType<typeof parse>['expr'];

export type Program = {
  readonly at: (now: Date) => Truth;
  /** The instants that the expression names. */
  readonly instants: readonly number[];
  /** The value can change only at these instants. */
  readonly stepwise: boolean;
  /** The parsed expression; absent if there is a refusal. */
  readonly expr?: Expr;
  /** Why the expression is never evaluated, as a clause. */
  readonly refusal?: string;
};

/** The parser takes time that grows with the square of the length. A condition of IAM is far shorter. */
const LENGTH_MAX = 4096;

/** The parser reads white space in time that grows with the square of its length, or worse. */
const SPACE_MAX = 64;

/** The library walks an expression by recursion, and reads `a.b.c` in time that grows with the square of its depth. */
const DEPTH_MAX = 100;

/** IAM accepts 12. Here `?:` counts too. @see https://cloud.google.com/iam/quotas */
const LOGICAL_OPERATORS_MAX = 50;

export const TOO_LONG = 'the condition is longer than 4 KiB';
export const TOO_MUCH_SPACE = `the condition has more than ${SPACE_MAX} white-space characters in a row`;
export const COMMENT = 'the condition has a comment, which Hopmint does not read';
export const TOO_DEEP = `the condition is nested more than ${DEPTH_MAX} levels deep`;
export const TOO_MANY = `the condition has more than ${LOGICAL_OPERATORS_MAX} logical operators`;
export const UNSUPPORTED =
  'the condition has a macro, a map or a message, which Hopmint does not evaluate';
export const NOT_CEL = 'the condition is not an expression of CEL';

const refused = (refusal: string): Program => ({
  at: () => 'unknown',
  instants: [],
  stepwise: false,
  refusal,
});

/** IAM has no `matches`, and a pattern of 2 KiB on a text of 2 KiB takes more than a second. */
const matches = celMethod('matches', CelScalar.STRING, [CelScalar.STRING], CelScalar.BOOL, () => {
  throw new Error('matches() is not evaluated');
});

const env = celEnv({ funcs: [...calendarMethods, matches] });

/** A text: raw or not, in one or three quotes of either kind. @see https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax */
const LITERAL = new RegExp(
  ['"""', "'''", '"', "'"]
    .flatMap((quote) => {
      const other = quote.length === 1 ? `[^\\\\\n\r${quote}]` : '[^\\\\]';
      const rawOther = quote.length === 1 ? `[^\n\r${quote}]` : '[^]';
      return [`[rR]${quote}${rawOther}*?${quote}`, `${quote}(?:\\\\[^]|${other})*?${quote}`];
    })
    .join('|'),
  'g',
);
const SPACE = new RegExp(`[ \\t\\n\\r\\f]{${SPACE_MAX + 1}}`);

/** Compiles an expression within bounds. No expression takes long, and none throws. */
export function compile(expression: string): Program {
  if (Buffer.byteLength(expression) > LENGTH_MAX) return refused(TOO_LONG);
  const text = withoutSpaceAtTheEnd(expression);
  const outside = text.replace(LITERAL, '""');
  if (outside.includes('//')) return refused(COMMENT);
  if (SPACE.test(outside)) return refused(TOO_MUCH_SPACE);
  // Before the parser, because it takes the longest with these.
  const operators = outside.match(/&&|\|\||\?/g)?.length ?? 0;
  if (operators > LOGICAL_OPERATORS_MAX) return refused(TOO_MANY);
  const found: Found = { instants: [], stepwise: true, logicalOperators: 0 };
  try {
    const parsed = parse(text);
    inspect(parsed.expr, found, 0);
    if (found.refusal !== undefined) return refused(found.refusal);
    const evaluate = plan(env, parsed);
    const { instants, stepwise } = found;
    return { instants, stepwise, expr: parsed.expr, at: lastKept((now) => valueAt(evaluate, now)) };
  } catch {
    return refused(NOT_CEL);
  }
}

/** A condition is asked for one instant again and again: for every account below its policy. */
export function lastKept(at: (now: Date) => Truth): (now: Date) => Truth {
  let last: { readonly time: number; readonly truth: Truth } | undefined;
  return (now) => {
    const time = now.getTime();
    if (last?.time !== time) last = { time, truth: at(now) };
    return last.truth;
  };
}

/** The parser needs time in the square of the spaces at the end. */
function withoutSpaceAtTheEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\n\r\f'.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function valueAt(evaluate: ReturnType<typeof plan>, now: Date): Truth {
  try {
    const time = run(`timestamp("${now.toISOString()}")`) as CelInput;
    const value = evaluate({ 'request.time': time });
    return isCelError(value) || typeof value !== 'boolean' ? 'unknown' : truthOf(value);
  } catch {
    return 'unknown';
  }
}

/** Functions that keep an expression stepwise. */
const STEPWISE = /^(_&&_|_\|\|_|!_|_\?_:_|_[=!]=_|_[<>]=?_|startsWith|endsWith|contains|_in_|@in)$/;

type Found = {
  readonly instants: number[];
  stepwise: boolean;
  logicalOperators: number;
  refusal?: string;
};

const LOGICAL = /^(?:_&&_|_\|\|_|!_|_\?_:_)$/;

/**
 * Collects what a program needs to know about its expression. It also turns `has(x.y)` into a read of `x.y`: `has()` would return false for
 * every attribute that an audit cannot see, where the truth is unknown.
 */
function inspect(expr: Expr, found: Found, depth: number): void {
  if (depth > DEPTH_MAX) {
    found.refusal = TOO_DEEP;
    return;
  }
  const below = (part: unknown) => inspect(part as Expr, found, depth + 1);
  const { exprKind } = expr;
  switch (exprKind.case) {
    case 'selectExpr':
      exprKind.value.testOnly = false;
      if (exprKind.value.operand) below(exprKind.value.operand);
      return;
    case 'callExpr': {
      const { function: name, target, args } = exprKind.value;
      if (LOGICAL.test(name)) found.logicalOperators += 1;
      if (found.logicalOperators > LOGICAL_OPERATORS_MAX) found.refusal ??= TOO_MANY;
      const constant = args[0]?.exprKind.case === 'constExpr' ? args[0].exprKind.value : undefined;
      if (name === 'timestamp' && constant?.constantKind.case === 'stringValue') {
        found.instants.push(Date.parse(constant.constantKind.value));
      } else if (!STEPWISE.test(name)) {
        found.stepwise = false;
      }
      for (const part of target ? [target, ...args] : args) below(part);
      return;
    }
    case 'listExpr':
      for (const element of exprKind.value.elements) below(element);
      return;
    case 'comprehensionExpr': // nested macros could take unbounded time
    case 'structExpr':
      found.refusal ??= UNSUPPORTED;
      return;
    default:
      return;
  }
}
