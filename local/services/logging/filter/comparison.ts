import { FilterError } from './filter-error.ts';
import type { Token } from './tokens.ts';

export const OPERATORS = ['=', '!=', ':', '=~', '!~', '<', '<=', '>', '>='] as const;
export type Operator = (typeof OPERATORS)[number];

/**
 * Compares the values of a field with an operand. Except in regular expressions, case does not matter. Every comparison of a missing field
 * is false.
 *
 * @throws {FilterError} for a regular expression that is not one
 */
export function comparisonOf(
  operator: Operator,
  operand: Token,
): (values: readonly unknown[]) => boolean {
  const wanted = operand.text.toLowerCase();
  const isEqual = (value: unknown) => textOf(value)?.toLowerCase() === wanted;
  switch (operator) {
    case '=':
      return (values) => values.some(isEqual);
    case '!=':
      return (values) => values.length > 0 && !values.some(isEqual);
    case ':':
      if (operand.kind === 'text' && operand.text === '*') return (values) => values.length > 0;
      return (values) => values.some((value) => textOf(value)?.toLowerCase().includes(wanted));
    case '<':
    case '<=':
    case '>':
    case '>=':
      return (values) => values.some((value) => isOrdered(textOf(value), operator, operand.text));
    default: {
      const pattern = patternOf(operand.text);
      const isMatch = (value: unknown) => pattern.test(textOf(value) ?? '');
      return operator === '=~'
        ? (values) => values.some(isMatch)
        : (values) => values.length > 0 && !values.some(isMatch);
    }
  }
}

/** Google uses RE2, which has the flag `(?i)` at the start. The pattern may match a part of the value. @see https://github.com/google/re2/wiki/Syntax */
function patternOf(source: string): RegExp {
  const [, flag, rest = ''] = /^(\(\?i\))?(.*)$/s.exec(source) ?? [];
  try {
    return new RegExp(rest, flag ? 'i' : '');
  } catch {
    throw new FilterError(`${JSON.stringify(source)} is not a regular expression`);
  }
}

/** Times, severities and numbers have an order. */
function isOrdered(
  value: string | undefined,
  operator: '<' | '<=' | '>' | '>=',
  operand: string,
): boolean {
  const [left, right] = [rankOf(value ?? ''), rankOf(operand)];
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#logseverity */
const SEVERITIES = [
  'DEFAULT',
  'DEBUG',
  'INFO',
  'NOTICE',
  'WARNING',
  'ERROR',
  'CRITICAL',
  'ALERT',
  'EMERGENCY',
];

/** NaN for text without an order: then every comparison is false. */
function rankOf(text: string): number {
  const severity = SEVERITIES.indexOf(text.toUpperCase());
  if (severity >= 0) return severity;
  return /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number(text || Number.NaN);
}

/** A message or a map has no text. */
const textOf = (value: unknown): string | undefined =>
  typeof value === 'object' ? undefined : String(value);
