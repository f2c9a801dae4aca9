import { ApiError } from './api-error.ts';
import { camelCase } from './proto-json.ts';

export type Filter = (resource: object) => boolean;

/**
 * Parses a list filter, as in `labels.team=ops AND (name:billing OR NOT state:ENABLED)`.
 *
 * Adjacent terms are joined by AND, and OR binds tighter than AND. `=` compares whole values. `:` searches for a part of a
 * string, or for a key of a map. A single word searches in the name. Comparisons ignore case.
 *
 * @see https://cloud.google.com/secret-manager/docs/filtering
 */
export function parseFilter(text: string): Filter {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[()]|!=|<=|>=|[=:<>]|[^\s()=:<>!"]+/g) ?? [];
  let next = 0;
  const fail = (): never => {
    throw new ApiError('INVALID_ARGUMENT', `Invalid filter: ${text}`);
  };
  const skip = (token: string): boolean => tokens[next] === token && next++ >= 0;

  const conjunction = (): Filter => {
    const terms = [disjunction()];
    while (next < tokens.length && tokens[next] !== ')') {
      skip('AND');
      terms.push(disjunction());
    }
    return (resource) => terms.every((term) => term(resource));
  };
  const disjunction = (): Filter => {
    const terms = [term()];
    while (skip('OR')) terms.push(term());
    return (resource) => terms.some((term) => term(resource));
  };
  const term = (): Filter => {
    if (skip('NOT')) {
      const negated = term();
      return (resource) => !negated(resource);
    }
    if (skip('(')) {
      const inner = conjunction();
      return skip(')') ? inner : fail();
    }
    const field = tokens[next++] ?? fail();
    if (/^([()=:<>]|!=|<=|>=|AND|OR)$/.test(field)) return fail();
    const comparator = /^([=:<>]|!=|<=|>=)$/.exec(tokens[next] ?? '')?.[0];
    if (!comparator) return (resource) => contains(valueAt(resource, 'name'), unquoted(field));
    next++;
    const operand = tokens[next++] ?? fail();
    return (resource) => compare(valueAt(resource, unquoted(field)), comparator, unquoted(operand));
  };

  const filter = tokens.length === 0 ? () => true : conjunction();
  return next < tokens.length ? fail() : filter;
}

const unquoted = (token: string): string =>
  token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token;

/** In `labels.app.kubernetes.io` only the first name is a field. The rest is one key of a map, dots included. */
function valueAt(resource: object, path: string): unknown {
  const [field = '', ...key] = path.split('.');
  const value = (resource as Record<string, unknown>)[camelCase(field)];
  if (key.length === 0) return value;
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key.join('.')]
    : undefined;
}

function contains(value: unknown, part: string): boolean {
  if (value === undefined) return false;
  if (part === '*') return true;
  if (typeof value === 'object' && value !== null) return Object.hasOwn(value, part);
  return String(value).toLowerCase().includes(part.toLowerCase());
}

function compare(value: unknown, comparator: string, operand: string): boolean {
  if (comparator === ':') return contains(value, operand);
  if (value === undefined) return comparator === '!=';
  const [left, right] = comparable(String(value), operand);
  switch (comparator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    default:
      return left >= right;
  }
}

/** Two timestamps as numbers, because one instant has several spellings. Otherwise two strings in lower case. */
function comparable(left: string, right: string): [number, number] | [string, string] {
  const times = [left, right].map((text) =>
    /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN,
  );
  const [one = NaN, other = NaN] = times;
  return Number.isNaN(one + other) ? [left.toLowerCase(), right.toLowerCase()] : [one, other];
}
