import { calendarField } from './calendar.ts';
import type { Truth } from './truth.ts';

/** Implementations of CEL read these differently: comments, carriage returns, and an order of texts. */
const DIFFERS = /\/\/|\r|"\s*[<>]=?\s*"/;

/** What a condition is evaluated for. A resource without known attributes has none here. */
export type Request = {
  readonly at: number;
  readonly resource: { readonly type?: string; readonly service?: string; readonly name?: string };
  /** The tags of the resource, as KEY=VALUE. Undefined: an auditor who cannot read them. */
  readonly tags: ReadonlySet<string> | undefined;
};

/** Times and durations are milliseconds. */
type Value = boolean | number | string | undefined;
type Evaluate = (request: Request) => Value;

const TOKEN =
  /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_]\w*)|(\d+)|(\|\||&&|[<>=!]=|[-+<>!().,]))/y;

/**
 * Compiles the part of CEL that the random worlds use: `&&`, `||`, `!`, comparisons, `request.time` with its calendar functions, timestamps,
 * durations, `resource.type`, `.service` and `.name`, and `resource.matchTag`.
 *
 * @throws {Error} for other expressions
 */
export function compile(text: string): (request: Request) => Truth {
  if (DIFFERS.test(text)) return () => undefined;
  const tokens = tokensOf(text);
  let next = 0;
  const peek = () => tokens[next];
  const take = () => tokens[next++] ?? fail('the end');
  const accept = (token: string) => peek() === token && next++ >= 0;
  const expect = (token: string) => accept(token) || fail(String(peek()));
  const fail = (found: string): never => {
    throw new Error(`The oracle does not know this expression: ${text} (at ${found})`);
  };
  const string = (): string => JSON.parse(take().replace(/^'(.*)'$/s, '"$1"')) as string;

  function or(): Evaluate {
    const first = and();
    if (!accept('||')) return first;
    const second = or();
    return (request) => {
      const [a, b] = [first(request), second(request)];
      if (a === true || b === true) return true;
      return a === false && b === false ? false : undefined;
    };
  }
  function and(): Evaluate {
    const first = comparison();
    if (!accept('&&')) return first;
    const second = and();
    return (request) => {
      const [a, b] = [first(request), second(request)];
      if (a === false || b === false) return false;
      return a === true && b === true ? true : undefined;
    };
  }
  function comparison(): Evaluate {
    const left = sum();
    const compare = COMPARISONS[peek() ?? ''];
    if (!compare) return left;
    take();
    const right = sum();
    return (request) => {
      const [a, b] = [left(request), right(request)];
      return a === undefined || b === undefined ? undefined : compare(a, b);
    };
  }
  function sum(): Evaluate {
    const left = unary();
    const sign = accept('+') ? 1 : accept('-') ? -1 : 0;
    if (sign === 0) return left;
    const right = unary();
    return (request) => Number(left(request)) + sign * Number(right(request));
  }
  function unary(): Evaluate {
    if (accept('!')) {
      const inner = unary();
      return (request) => {
        const value = inner(request);
        return value === undefined ? undefined : !value;
      };
    }
    if (accept('(')) {
      const inner = or();
      expect(')');
      return inner;
    }
    return atom();
  }
  function atom(): Evaluate {
    const token = take();
    if (/^\d/.test(token)) return () => Number(token);
    if (/^["']/.test(token)) {
      next--;
      const value = string();
      return () => value;
    }
    if (token === 'true' || token === 'false') return () => token === 'true';
    if (token === 'timestamp' || token === 'duration') {
      expect('(');
      const value = string();
      expect(')');
      const milliseconds = token === 'timestamp' ? Date.parse(value) : durationOf(value);
      return () => milliseconds;
    }
    if (token === 'request') return time();
    if (token === 'resource') return resource();
    return fail(token);
  }
  function time(): Evaluate {
    expect('.');
    expect('time');
    if (!accept('.')) return ({ at }) => at;
    const field = take();
    expect('(');
    const zone = peek() === ')' ? 'UTC' : string();
    expect(')');
    return ({ at }) => calendarField(field, at, zone);
  }
  function resource(): Evaluate {
    expect('.');
    const attribute = take();
    if (attribute === 'matchTag') {
      expect('(');
      const key = string();
      expect(',');
      const value = string();
      expect(')');
      return ({ tags }) => tags?.has(`${key}=${value}`);
    }
    const read: Evaluate = (request) => request.resource[attribute as keyof Request['resource']];
    if (!accept('.')) return read;
    expect('startsWith');
    expect('(');
    const prefix = string();
    expect(')');
    return (request) => (read(request) as string | undefined)?.startsWith(prefix);
  }

  const evaluate = or();
  if (next < tokens.length) fail(String(peek()));
  return (request) => evaluate(request) as Truth;
}

const COMPARISONS: Readonly<
  Record<string, (a: NonNullable<Value>, b: NonNullable<Value>) => boolean>
> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const found = TOKEN.exec(text);
    if (!found) throw new Error(`The oracle does not know this expression: ${text}`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

const SECONDS = { h: 3600, m: 60, s: 1 } as const;
function durationOf(text: string): number {
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([hms])/g)) {
    seconds += Number(count) * SECONDS[unit as keyof typeof SECONDS];
  }
  return (text.startsWith('-') ? -1 : 1) * seconds * 1000;
}
