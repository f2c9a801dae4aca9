import { type CelInput, celEnv, isCelError, parse, plan, run, unparse } from '@bufbuild/cel';
import { calendarMethods } from './condition-calendar.ts';
import type { Condition } from './policy.ts';
import { type Truth, truthOf } from './three-valued.ts';

type Expr = ReturnType<typeof parse>['expr'];
type Program = {
  readonly at: (now: Date) => Truth;
  /** The instants that it names. */
  readonly instants: readonly number[];
  /** Between the instants that it names its value cannot change. */
  readonly stepwise: boolean;
};

/**
 * Does the condition hold at `now`?
 *
 * `request.time` is all that is known of a call that nobody has made yet. Whatever else is asked for (an access level, a tag, a resource
 * attribute, which IAM's own resources do not have) is undecided, as is a function that we do not have; CEL's `&&` and `||` absorb the
 * undecided where the other side decides.
 *
 * @see https://cloud.google.com/iam/docs/conditions-attribute-reference
 */
export const holds = (condition: Condition | undefined, now: Date): Truth =>
  condition ? programOf(condition).at(now) : 'yes';

/** Does it hold now, or might it hold at any time later? A grant that begins in the future counts. */
export function everHolds(condition: Condition | undefined, now: Date): Truth {
  if (!condition) return 'yes';
  const { at, instants, stepwise } = programOf(condition);
  const held = at(now);
  if (held !== 'no') return held;
  if (!stepwise) return 'unknown';
  const later = instants.filter((instant) => instant >= now.getTime());
  const truths = later.flatMap((t) => [at(new Date(t)), at(new Date(t + 1))]);
  return truths.find((truth) => truth !== 'no') ?? 'no';
}

/** The instants that a condition names, in milliseconds since 1970. */
export const instantsOf = (condition: Condition): readonly number[] =>
  programOf(condition).instants;

/** The parts of a condition that `&&`, `||` and `!` join, each with its own value: what a reader needs to see why. */
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

/** A condition is met once for every account below the policy that holds it. */
const programs = new WeakMap<Condition, Program>();

function programOf(condition: Condition): Program {
  const known = programs.get(condition);
  if (known) return known;
  const program = compile(condition.expression);
  programs.set(condition, program);
  return program;
}

const UNDECIDED: Program = { at: () => 'unknown', instants: [], stepwise: false };
const env = celEnv({ funcs: calendarMethods });

function compile(expression: string): Program {
  try {
    const parsed = parse(expression);
    const met = { instants: [], stepwise: true, comprehends: false };
    survey(parsed.expr, met);
    if (met.comprehends) return UNDECIDED;
    const evaluate = plan(env, parsed);
    return { ...met, at: (now) => valueAt(evaluate, now) };
  } catch {
    // Not CEL, or nested deeper than the stack.
    return UNDECIDED;
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

/** What leaves a value as it is between the instants that are named. */
const STEPWISE = /^(_&&_|_\|\|_|!_|_\?_:_|_[=!]=_|_[<>]=?_|startsWith|endsWith|contains|_in_|@in)$/;

/** Gathers what `everHolds` must know, and takes from `has()` the certainty that what we cannot see is not there. */
function survey(
  expr: Expr,
  met: { instants: number[]; stepwise: boolean; comprehends: boolean },
): void {
  const { exprKind } = expr;
  switch (exprKind.case) {
    case 'selectExpr':
      exprKind.value.testOnly = false;
      if (exprKind.value.operand) survey(exprKind.value.operand as Expr, met);
      return;
    case 'callExpr': {
      const { function: name, target, args } = exprKind.value;
      const constant = args[0]?.exprKind.case === 'constExpr' ? args[0].exprKind.value : undefined;
      if (name === 'timestamp' && constant?.constantKind.case === 'stringValue') {
        met.instants.push(Date.parse(constant.constantKind.value));
      } else if (!STEPWISE.test(name)) {
        met.stepwise = false;
      }
      for (const part of target ? [target, ...args] : args) survey(part as Expr, met);
      return;
    }
    case 'listExpr':
      for (const element of exprKind.value.elements) survey(element as Expr, met);
      return;
    case 'comprehensionExpr': // IAM has no macros, and nested ones could keep us busy for ever
    case 'structExpr':
      met.comprehends = true;
      return;
    default:
      return;
  }
}
