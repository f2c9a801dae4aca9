import { camelCase } from './proto.ts';
import { Status } from './status.ts';

export type Filter = (resource: object) => boolean;

/**
 * A list filter: `labels.team=ops AND (name:billing OR NOT state:ENABLED)`. Terms side by side are joined by AND, and OR binds tighter.
 *
 * `=` compares whole values, `:` looks for a part, or for a key in a map. Letters count the same in either case. A bare word is looked for
 * in the name.
 *
 * @see https://cloud.google.com/secret-manager/docs/filtering
 */
export function parseFilter(text: string): Filter {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[()]|!=|<=|>=|[=:<>]|[^\s()=:<>!"]+/g) ?? [];
  let next = 0;
  const fail = (): never => {
    throw new Status('INVALID_ARGUMENT', `Invalid filter: ${text}`);
  };
  const take = (token: string): boolean => tokens[next] === token && next++ >= 0;

  const conjunction = (): Filter => {
    const terms = [disjunction()];
    while (next < tokens.length && tokens[next] !== ')') {
      take('AND');
      terms.push(disjunction());
    }
    return (resource) => terms.every((term) => term(resource));
  };
  const disjunction = (): Filter => {
    const terms = [term()];
    while (take('OR')) terms.push(term());
    return (resource) => terms.some((term) => term(resource));
  };
  const term = (): Filter => {
    if (take('NOT')) {
      const negated = term();
      return (resource) => !negated(resource);
    }
    if (take('(')) {
      const inner = conjunction();
      return take(')') ? inner : fail();
    }
    const field = tokens[next++] ?? fail();
    if (/^([()=:<>]|!=|<=|>=|AND|OR)$/.test(field)) return fail();
    const comparator = /^([=:<>]|!=|<=|>=)$/.exec(tokens[next] ?? '')?.[0];
    if (!comparator) return (resource) => has(valueAt(resource, 'name'), unquoted(field));
    next++;
    const wanted = tokens[next++] ?? fail();
    return (resource) => compare(valueAt(resource, unquoted(field)), comparator, unquoted(wanted));
  };

  const filter = tokens.length === 0 ? () => true : conjunction();
  return next < tokens.length ? fail() : filter;
}

const unquoted = (token: string): string =>
  token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token;

/** `labels.team`: only the first name is a field of the message, the rest is a key of a map, dots and all. */
function valueAt(resource: object, path: string): unknown {
  const [field = '', ...key] = path.split('.');
  const value = (resource as Record<string, unknown>)[camelCase(field)];
  if (key.length === 0) return value;
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[key.join('.')]
    : undefined;
}

function has(value: unknown, part: string): boolean {
  if (value === undefined) return false;
  if (part === '*') return true;
  if (typeof value === 'object' && value !== null) return Object.hasOwn(value, part);
  return String(value).toLowerCase().includes(part.toLowerCase());
}

function compare(value: unknown, comparator: string, wanted: string): boolean {
  if (comparator === ':') return has(value, wanted);
  if (value === undefined) return comparator === '!=';
  const [left, right] = ordered(String(value), wanted);
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

/** Times are compared as times, however their fractions are written; anything else as text. */
function ordered(left: string, right: string): [number, number] | [string, string] {
  const times = [left, right].map((text) =>
    /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : NaN,
  );
  const [one = NaN, other = NaN] = times;
  return Number.isNaN(one + other) ? [left.toLowerCase(), right.toLowerCase()] : [one, other];
}
