import { unparse } from '@bufbuild/cel';
import type { Condition } from '../policy.ts';
import type { Truth } from '../three-valued.ts';
import type { Interval } from './intervals.ts';
import type { Nanos } from './literal.ts';
import { compile, type Program } from './program.ts';
import type { Expr } from './term.ts';
import type { Attributes } from './translate.ts';

/**
 * When does the condition hold, from `from` until just before `to`? The intervals are in order and have no gaps.
 *
 * An audit knows only `request.time` of a future call. Everything else that an expression may read (an access level, a tag, a resource
 * attribute, which IAM's own resources do not have) is unknown unless `attributes` has it, and so is everything that implementations of
 * CEL could read differently. CEL's `&&` and `||` still return a value where the other side decides it.
 *
 * @see https://cloud.google.com/iam/docs/conditions-attribute-reference
 */
export function intervalsOf(
  condition: Condition | undefined,
  attributes: Attributes,
  from: Nanos,
  to: Nanos,
): readonly Interval[] {
  if (from >= to) return [];
  if (!condition) return [{ start: from, end: to, truth: 'yes' }];
  const program =
    attributes === NOTHING ? programOf(condition) : compile(condition.expression, attributes);
  return program.intervals(from, to);
}

/** No attribute is known. */
export const NOTHING: Attributes = {};

/** Does the condition hold at `now`? */
export const holds = (condition: Condition | undefined, now: Date): Truth =>
  condition ? programOf(condition).at(now) : 'yes';

/** Does the condition hold now or at any later time? A grant that begins in the future counts. */
export const everHolds = (condition: Condition | undefined, now: Date): Truth =>
  condition ? programOf(condition).ever(now) : 'yes';

/** The same for a resource with these attributes. */
export const everHoldsFor = (condition: Condition, attributes: Attributes, now: Date): Truth =>
  programOfText(condition.expression, attributes).ever(now);

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

/** A cache: a condition is evaluated again for every account below its policy, and for every chain. */
const programs = new WeakMap<Condition, Program>();

/** By expression: thousands of bindings may have conditions with the same text. */
const byText = new Map<string, Program>();
/** In characters. The conditions of policies choose the texts, so their number has a bound. */
const TEXT_MAX = 1_000_000;
let textLength = 0;

function programOf(condition: Condition): Program {
  const known = programs.get(condition);
  if (known) return known;
  const program = programOfText(condition.expression);
  programs.set(condition, program);
  return program;
}

function programOfText(expression: string, attributes: Attributes = NOTHING): Program {
  const key = attributes === NOTHING ? expression : `${JSON.stringify(attributes)} ${expression}`;
  const known = byText.get(key);
  if (known) return known;
  const program = compile(expression, attributes);
  if (textLength + key.length > TEXT_MAX) {
    byText.clear();
    textLength = 0;
  }
  if (key.length <= TEXT_MAX) {
    byText.set(key, program);
    textLength += key.length;
  }
  return program;
}
