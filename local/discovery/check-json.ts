import { camelCase } from '../core/proto-json.ts';
import type { Api, JsonType } from './description.ts';

/** Whether a client or Google wrote the JSON. Google accepts more forms than it writes. */
export type Writer = 'client' | 'google';
export type JsonFault = {
  /** As in `secret.labels`. Empty: the whole. */
  readonly path: string;
  /** The unknown field of a message, or undefined when the value has another type. */
  readonly unknown?: string;
  readonly type?: string;
  readonly value?: unknown;
};

/**
 * Checks JSON against a type of a discovery document.
 *
 * @returns the first fault, or undefined
 * @see https://protobuf.dev/programming-guides/json/
 */
export function jsonFault(
  api: Api,
  type: JsonType,
  value: unknown,
  writer: Writer,
  path = '',
): JsonFault | undefined {
  if (type === 'any' || value === undefined) return undefined;
  if (value === null && writer === 'client') return undefined;
  if (typeof type === 'string') {
    return isScalar(type, value, writer) ? undefined : { path, type, value };
  }
  if ('enum' in type) {
    const isNumber = writer === 'client' && Number.isInteger(value);
    const isKnown = isNumber || type.enum.includes(value as string);
    return isKnown ? undefined : { path, type: 'enum', value };
  }
  if ('list' in type) {
    if (!Array.isArray(value)) return { path, type: 'list', value };
    return firstOf(value, (entry, i) => jsonFault(api, type.list, entry, writer, `${path}[${i}]`));
  }
  if (typeof value !== 'object' || Array.isArray(value)) return { path, type: 'message', value };
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  const fields = Object.entries(value as object);
  if ('map' in type) {
    return firstOf(fields, ([name, entry]) => jsonFault(api, type.map, entry, writer, below(name)));
  }
  const known = api.types[type.message] ?? {};
  return firstOf(fields, ([name, entry]) => {
    const field = known[name] ?? (writer === 'client' ? known[camelCase(name)] : undefined);
    if (field === undefined) return entry === undefined ? undefined : { path, unknown: name };
    return jsonFault(api, field, entry, writer, below(name));
  });
}

function firstOf<T>(
  values: readonly T[],
  check: (value: T, i: number) => JsonFault | undefined,
): JsonFault | undefined {
  for (const [i, value] of values.entries()) {
    const fault = check(value, i);
    if (fault) return fault;
  }
  return undefined;
}

/** The range of an int32. */
const INT32 = 2 ** 31;

function isScalar(type: Extract<JsonType, string>, value: unknown, writer: Writer): boolean {
  const isClient = writer === 'client';
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean' || (isClient && /^(true|false)$/i.test(String(value)));
    case 'int32': {
      const number = isClient && typeof value === 'string' ? Number(value || Number.NaN) : value;
      return Number.isInteger(number) && Math.abs(number as number) <= INT32;
    }
    case 'int64':
      return typeof value === 'string'
        ? /^-?\d+$/.test(value)
        : isClient && Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'bytes':
      return typeof value === 'string' && /^[A-Za-z0-9+/_-]*={0,2}$/.test(value);
    case 'any':
      return true;
  }
}
