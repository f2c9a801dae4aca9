import { type CelInput, celEnv, isCelError, parse, plan, run, unparse } from '@bufbuild/cel';
import { calendarMethods } from './condition-calendar.ts';
import type { Condition } from './policy.ts';
import { type Truth, truthOf } from './three-valued.ts';

type Expr = ReturnType<typeof parse>['expr'];
type Program = {
  readonly at: (now: Date) => Truth;
  /** The instants that the expression names. */
  readonly instants: readonly number[];
  /** The value can change only at these instants. */
  readonly stepwise: boolean;
};

/**
 * Does the condition hold at `now`?
 *
 * An audit knows only `request.time` of a future call. Everything else that an expression may read (an access level, a tag, a resource
 * attribute, which IAM's own resources do not have) is unknown, and so is the result of a function that we do not implement. CEL's `&&`
 * and `||` still return a value where the other side decides it.
 *
 * @see https://cloud.google.com/iam/docs/conditions-attribute-reference
 */
export const holds = (condition: Condition | undefined, now: Date): Truth =>
  condition ? programOf(condition).at(now) : 'yes';

/** Does the condition hold now or at any later time? A grant that begins in the future counts. */
export function everHolds(condition: Condition | undefined, now: Date): Truth {
  if (!condition) return 'yes';
  const { at, instants, stepwise } = programOf(condition);
  const current = at(now);
  if (current !== 'no') return current;
  if (!stepwise) return 'unknown';
  const later = instants.filter((instant) => instant >= now.getTime());
  const truths = later.flatMap((t) => [at(new Date(t)), at(new Date(t + 1))]);
  return truths.find((truth) => truth !== 'no') ?? 'no';
}

/** The instants that a condition names, in milliseconds since 1970. */
export const instantsOf = (condition: Condition): readonly number[] =>
  programOf(condition).instants;

/** The parts of a condition that `&&`, `||` and `!` join, each with its value. They show why the condition has its value. */
export function partsOf(condition: Condition, now: Date): { text: string; value: Truth }[] {
  let expr: Expr;
  try {
    expr = parse(condition.expression).expr;
  } catch {
    return [];
  }
  return leavesOf(expr).map((leaf) => {
    const text = unparse(leaf);
    return { text, value: holds({ expression: text }, now) };
  });
}

const leavesOf = (expr: Expr): Expr[] =>
  expr.exprKind.case === 'callExpr' && ['_&&_', '_||_', '!_'].includes(expr.exprKind.value.function)
    ? expr.exprKind.value.args.flatMap(leavesOf)
    : [expr];

/** A cache: a condition is evaluated again for every account below its policy. */
const programs = new WeakMap<Condition, Program>();

function programOf(condition: Condition): Program {
  const known = programs.get(condition);
  if (known) return known;
  const program = compile(condition.expression);
  programs.set(condition, program);
  return program;
}

const UNKNOWN: Program = { at: () => 'unknown', instants: [], stepwise: false };
const env = celEnv({ funcs: calendarMethods });

function compile(expression: string): Program {
  try {
    const parsed = parse(expression);
    const found = { instants: [], stepwise: true, isUnsupported: false };
    inspect(parsed.expr, found);
    if (found.isUnsupported) return UNKNOWN;
    const evaluate = plan(env, parsed);
    return { ...found, at: (now) => valueAt(evaluate, now) };
  } catch {
    // The text is not CEL, or its nesting overflows the stack.
    return UNKNOWN;
  }
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

/**
 * Collects what `everHolds` needs from an expression. It also turns `has(x.y)` into a read of `x.y`: `has()` would return false for every
 * attribute that an audit cannot see, where the truth is unknown.
 */
function inspect(
  expr: Expr,
  found: { instants: number[]; stepwise: boolean; isUnsupported: boolean },
): void {
  const { exprKind } = expr;
  switch (exprKind.case) {
    case 'selectExpr':
      exprKind.value.testOnly = false;
      if (exprKind.value.operand) inspect(exprKind.value.operand as Expr, found);
      return;
    case 'callExpr': {
      const { function: name, target, args } = exprKind.value;
      const constant = args[0]?.exprKind.case === 'constExpr' ? args[0].exprKind.value : undefined;
      if (name === 'timestamp' && constant?.constantKind.case === 'stringValue') {
        found.instants.push(Date.parse(constant.constantKind.value));
      } else if (!STEPWISE.test(name)) {
        found.stepwise = false;
      }
      for (const part of target ? [target, ...args] : args) inspect(part as Expr, found);
      return;
    }
    case 'listExpr':
      for (const element of exprKind.value.elements) inspect(element as Expr, found);
      return;
    case 'comprehensionExpr': // IAM supports no macros, and nested macros could take unbounded time
    case 'structExpr':
      found.isUnsupported = true;
      return;
    default:
      return;
  }
}
