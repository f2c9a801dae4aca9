import { spellingsOf } from './spellings.ts';

const REDACTED = '[redacted]';

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
 * send the credential back.
 *
 * @param credentials those that the request had
 */
export function safeError(error: unknown, credentials: readonly string[]): unknown {
  const spellings = credentials.flatMap(spellingsOf);
  return copyOf(
    error,
    {
      scrub: (text) => spellings.reduce((all, one) => all.replaceAll(one, REDACTED), text),
      seen: new Map(),
    },
    0,
  );
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
  readonly scrub: (text: string) => string;
  /** Errors already copied, because an error can contain itself. */
  readonly seen: Map<object, unknown>;
};

function copyOf(value: unknown, copying: Copying, depth: number): unknown {
  if (typeof value === 'string') return copying.scrub(value);
  if (typeof value === 'function' || typeof value === 'symbol' || depth > DEPTH_MAX)
    return undefined;
  if (typeof value !== 'object' || value === null) return value;
  if (!copying.seen.has(value)) fill(value, copying, depth);
  return copying.seen.get(value);
}

/** Copies an object. Its copy is known before its content is copied, because the content may refer to it. */
function fill(value: object, copying: Copying, depth: number): void {
  const { scrub, seen } = copying;
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
      Object.defineProperty(copy, typeof key === 'string' ? scrub(key) : key, {
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
      if (copied !== undefined) copy[scrub(key)] = copied;
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
