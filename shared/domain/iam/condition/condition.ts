import { unparse } from '@bufbuild/cel';
import type { Condition } from '../policy.ts';
import type { Truth } from '../three-valued.ts';
import { compile, type Expr, lastKept, type Program } from './program.ts';

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

/** A condition that IAM accepts has 12 logical operators at most. So it has 13 comparisons at most, each of two instants at most. */
const INSTANTS_MAX = 26;

/** Does the condition hold now or at any later time? A grant that begins in the future counts. */
export const everHolds = (condition: Condition | undefined, now: Date): Truth =>
  condition ? programOf(condition).ever(now) : 'yes';

function everTrue(program: Program, now: Date): Truth {
  const { at, instants, stepwise } = program;
  const current = at(now);
  if (current !== 'no') return current;
  if (!stepwise) return 'unknown';
  const later = instants.filter((instant) => instant >= now.getTime());
  if (later.length > INSTANTS_MAX) return 'unknown';
  for (const instant of later.flatMap((t) => [t, t + 1])) {
    const truth = at(new Date(instant));
    if (truth !== 'no') return truth;
  }
  return 'no';
}

/** The instants that a condition names, in milliseconds since 1970. */
export const instantsOf = (condition: Condition): readonly number[] =>
  programOf(condition).instants;

/** Why a condition is never evaluated, as a clause. */
export const refusalOf = (condition: Condition | undefined): string | undefined =>
  condition && programOf(condition).refusal;

/** A clause with the reason why a condition is not evaluated, if there is one. */
export function withRefusal(clause: string, condition: Condition | undefined): string {
  const refusal = refusalOf(condition);
  return refusal === undefined ? clause : `${clause}, because ${refusal}`;
}

/** The parts of a condition that `&&`, `||` and `!` join, each with its value. They show why the condition has its value. */
export function partsOf(condition: Condition, now: Date): { text: string; value: Truth }[] {
  const { expr } = programOf(condition);
  if (!expr) return [];
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
const programs = new WeakMap<Condition, Program & { readonly ever: (now: Date) => Truth }>();

function programOf(condition: Condition) {
  const known = programs.get(condition);
  if (known) return known;
  const compiled = compile(condition.expression);
  const program = { ...compiled, ever: lastKept((now) => everTrue(compiled, now)) };
  programs.set(condition, program);
  return program;
}
