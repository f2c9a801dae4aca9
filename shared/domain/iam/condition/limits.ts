import type { Expr } from './term.ts';

/** The parser takes time that grows with the square of the length. A condition of IAM is far shorter. */
const LENGTH_MAX = 4096;

/** The parser reads white space in time that grows with the square of its length, or worse. */
const SPACE_MAX = 64;

/** The parser and the translation walk an expression by recursion. */
const DEPTH_MAX = 100;

/** IAM accepts 12. Here `?:` counts too. @see https://cloud.google.com/iam/quotas */
const LOGICAL_OPERATORS_MAX = 50;

export const TOO_LONG = 'the condition is longer than 4 KiB';
export const TOO_MUCH_SPACE = `the condition has more than ${SPACE_MAX} white-space characters in a row`;
export const COMMENT = 'the condition has a comment, which Hopmint does not read';
export const CARRIAGE_RETURN =
  'the condition has a carriage return, which not every implementation of CEL reads as white space';
export const TOO_DEEP = `the condition is nested more than ${DEPTH_MAX} levels deep`;
export const TOO_MANY = `the condition has more than ${LOGICAL_OPERATORS_MAX} logical operators`;
export const UNSUPPORTED =
  'the condition has a macro, a map or a message, which Hopmint does not evaluate';
export const NOT_CEL = 'the condition is not an expression of CEL';

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
const SPACE = new RegExp(`[ \\t\\n\\f]{${SPACE_MAX + 1}}`);

/** Why an expression is not even parsed: it could take long, or implementations could read it differently. */
export function refusalOfText(expression: string): string | undefined {
  if (Buffer.byteLength(expression) > LENGTH_MAX) return TOO_LONG;
  const outside = withoutSpaceAtTheEnd(expression).replace(LITERAL, '""');
  if (outside.includes('//')) return COMMENT;
  if (outside.includes('\r')) return CARRIAGE_RETURN;
  if (SPACE.test(outside)) return TOO_MUCH_SPACE;
  // Before the parser, because it takes the longest with these.
  const operators = outside.match(/&&|\|\||\?/g)?.length ?? 0;
  return operators > LOGICAL_OPERATORS_MAX ? TOO_MANY : undefined;
}

/** The parser needs time in the square of the spaces at the end. */
export function withoutSpaceAtTheEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ' \t\n\f'.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

const LOGICAL = /^(?:_&&_|_\|\|_|!_|_\?_:_)$/;

/** Why an expression is not evaluated. */
export function refusalOfExpr(root: Expr): string | undefined {
  let logicalOperators = 0;
  function refusalBelow(expr: Expr, depth: number): string | undefined {
    if (depth > DEPTH_MAX) return TOO_DEEP;
    const { exprKind } = expr;
    switch (exprKind.case) {
      case 'selectExpr': {
        const { operand } = exprKind.value;
        return operand && refusalBelow(operand, depth + 1);
      }
      case 'callExpr': {
        const { function: name, target, args } = exprKind.value;
        if (LOGICAL.test(name) && ++logicalOperators > LOGICAL_OPERATORS_MAX) return TOO_MANY;
        return firstOf(target ? [target, ...args] : args, depth);
      }
      case 'listExpr':
        return firstOf(exprKind.value.elements, depth);
      case 'comprehensionExpr': // nested macros could take unbounded time
      case 'structExpr':
        return UNSUPPORTED;
      default:
        return undefined;
    }
  }
  function firstOf(parts: readonly Expr[], depth: number): string | undefined {
    for (const part of parts) {
      const refusal = refusalBelow(part, depth + 1);
      if (refusal !== undefined) return refusal;
    }
    return undefined;
  }
  return refusalBelow(root, 0);
}
