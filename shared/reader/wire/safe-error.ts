import { spellingsOf } from './spellings.ts';
import { traceFinder } from './traces.ts';

const REDACTED = '[redacted]';
const LEFT_OUT = '[left out: too long]';

/** Longer text, such as the body of an upload, is left out. */
const LONGEST_TEXT = 32 * 1024;

/** The fields of a response that programs read. Other fields, such as the socket, may contain the credential. */
const OF_RESPONSE = [
  'status',
  'statusText',
  'ok',
  'url',
  'redirected',
  'type',
  'headers',
  'data',
  'config',
];

/** A nested value below this depth is dropped. */
const DEPTH_MAX = 20;

/**
 * Copies an error without credentials. The copy has the same class, message, code, status and cause, and the fields of the request and the
 * response that programs read. It has no other property, because an unknown property may contain a credential.
 *
 * An error of gaxios has the headers of the request. Gaxios hides `authorization`, but not the header of a signature. The service may also
 * send the credential back. Common spellings of it are replaced. If a trace is left after that, in any part of the copy, the copy has only
 * codes.
 *
 * @param credentials those that the request had
 */
export function safeError(error: unknown, credentials: readonly string[]): unknown {
  const spellings = credentials.flatMap(spellingsOf);
  const clean = (text: string) =>
    text.length > LONGEST_TEXT
      ? LEFT_OUT
      : spellings.reduce((all, one) => all.replaceAll(one, REDACTED), text);
  // The names are apart, because a credential may stand in many values.
  const names: string[] = [];
  const values: string[] = [];
  const noted = (list: string[]) => (text: string) => {
    const shown = clean(text);
    list.push(shown);
    return shown;
  };
  const copying = { scrub: noted(values), scrubName: noted(names), seen: new Map() };
  const copy = copyOf(error, copying, 0);
  const hasTrace = traceFinder(credentials);
  return hasTrace(names.join()) || hasTrace(values.join()) ? onlyCodesOf(error) : copy;
}

/** So short a text of these characters cannot be a credential. */
const CODE = /^[A-Za-z_]{1,23}$/;

/** An error of the same class that has nothing but its codes, and the places in its stack. */
function onlyCodesOf(error: unknown): Error {
  const { code, status, response, stack, config } = (
    typeof error === 'object' && error !== null ? error : {}
  ) as Record<string, unknown>;
  const copy = new Error('the request failed, and the text of its error showed the credential');
  const frames = String(stack).match(/^ {4}at .{1,300}$/gm) ?? [];
  copy.stack = [`Error: ${copy.message}`, ...frames].join('\n');
  if (error instanceof Error) Object.setPrototypeOf(copy, Object.getPrototypeOf(error));
  const isCode = (value: unknown) =>
    typeof value === 'number'
      ? Math.abs(value) < 1e6
      : typeof value === 'string' && CODE.test(value);
  if (isCode(code)) Object.assign(copy, { code });
  if (isCode(status)) Object.assign(copy, { status });
  if (typeof config === 'object') Object.assign(copy, { config: {} });
  const answered = (response as { readonly status?: unknown } | undefined)?.status;
  if (isCode(answered)) {
    Object.assign(copy, {
      response: { status: answered, headers: new Headers(), data: undefined },
    });
  }
  return copy;
}

/** The functions of gaxios that get each error of a request, also those that are retried. */
const CALLBACKS = ['onRetryAttempt', 'shouldRetry', 'retryBackoff'] as const;

type RetryConfig = { readonly [Name in (typeof CALLBACKS)[number]]?: unknown };

/** The retry options of a request, whose functions get errors without a credential. */
export function withSafeErrors<C extends RetryConfig>(
  config: C | undefined,
  credentials: readonly string[],
): C | undefined {
  if (!config) return undefined;
  const safe = CALLBACKS.flatMap((name) => {
    const original = config[name];
    if (typeof original !== 'function') return [];
    const call = (error: unknown, ...rest: unknown[]): unknown =>
      original.call(config, safeError(error, credentials), ...rest);
    return [[name, call] as const];
  });
  return { ...config, ...Object.fromEntries(safe) };
}

type Copying = {
  /** Replaces common spellings of the credentials, and notes the result. */
  readonly scrub: (text: string) => string;
  /** The same for the name of a property or a header. */
  readonly scrubName: (name: string) => string;
  /** Errors already copied, because an error can contain itself. */
  readonly seen: Map<object, unknown>;
};

function copyOf(value: unknown, copying: Copying, depth: number): unknown {
  if (typeof value === 'string') return copying.scrub(value);
  if (typeof value === 'function' || typeof value === 'symbol' || depth > DEPTH_MAX)
    return undefined;
  if (typeof value !== 'object' || value === null) {
    copying.scrub(String(value));
    return value;
  }
  if (!copying.seen.has(value)) fill(value, copying, depth);
  return copying.seen.get(value);
}

/** Copies an object. Its copy is known before its content is copied, because the content may refer to it. */
function fill(value: object, copying: Copying, depth: number): void {
  const { scrub, scrubName, seen } = copying;
  const below = (part: unknown) => copyOf(part, copying, depth + 1);
  if (isError(value)) {
    const message = scrub(value.message);
    const copy =
      value instanceof DOMException ? new DOMException(message, value.name) : new Error(message);
    Object.setPrototypeOf(copy, Object.getPrototypeOf(value));
    seen.set(value, copy);
    for (const key of Reflect.ownKeys(value)) {
      const { enumerable = false } = Object.getOwnPropertyDescriptor(value, key) ?? {};
      const part = (value as unknown as Record<PropertyKey, unknown>)[key];
      const copied = key === 'response' ? responseOf(part, copying, depth) : below(part);
      if (copied === undefined) continue;
      Object.defineProperty(copy, typeof key === 'string' ? scrubName(key) : key, {
        value: copied,
        enumerable,
        writable: true,
        configurable: true,
      });
    }
    return;
  }
  if (isHeaders(value)) {
    const headers = new Headers();
    seen.set(value, headers);
    value.forEach((text, name) => {
      headers.append(name, scrub(text));
      scrubName(name);
    });
  } else if (value instanceof URL) {
    const href = scrub(value.href);
    seen.set(value, URL.canParse(href) ? new URL(href) : REDACTED); // Node 20 has no URL.parse
  } else if (value instanceof Date) {
    seen.set(value, new Date(value));
  } else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    seen.set(value, bytesOf(value, scrub));
  } else if (Array.isArray(value)) {
    const copy: unknown[] = [];
    seen.set(value, copy);
    for (const item of value) copy.push(below(item));
  } else if (isPlain(value)) {
    const copy: Record<string, unknown> = {};
    seen.set(value, copy);
    for (const [key, part] of Object.entries(value)) {
      const copied = below(part);
      if (copied !== undefined) copy[scrubName(key)] = copied;
    }
  } else {
    // A stream, a socket, an agent, a signal: it may lead to the request.
    seen.set(value, undefined);
  }
}

function responseOf(response: unknown, copying: Copying, depth: number): unknown {
  if (typeof response !== 'object' || response === null) return undefined;
  const read = response as Readonly<Record<string, unknown>>;
  const known = OF_RESPONSE.flatMap((key) => (key in read ? [[key, read[key]] as const] : []));
  return copyOf(Object.fromEntries(known), copying, depth + 1);
}

/** Bytes that contain no credential. */
function bytesOf(value: ArrayBufferLike | ArrayBufferView, scrub: Copying['scrub']): unknown {
  const bytes = ArrayBuffer.isView(value)
    ? Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    : Buffer.from(value);
  const text = bytes.toString('latin1');
  return scrub(text) === text ? Buffer.from(bytes) : REDACTED;
}

/** Node's own, or those of another library. */
const isHeaders = (value: object): value is Headers =>
  value instanceof Headers || (value.constructor?.name === 'Headers' && 'forEach' in value);

const isError = (value: object): value is Error =>
  value instanceof Error || value instanceof DOMException;

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};
