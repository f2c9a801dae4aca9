import { camelCase } from '../core/proto-json.ts';

type Json = Readonly<Record<string, unknown>>;

/** One way of a gRPC method over HTTP. @see https://github.com/googleapis/googleapis/blob/master/google/api/http.proto */
export type HttpRule = {
  readonly httpMethod: string;
  /** `/v1/{parent=projects/*}/secrets` */
  readonly template: string;
  /** `*`, or the field that is the body. Undefined: no body. */
  readonly body: string | undefined;
};

export type Transcoded = {
  readonly httpMethod: string;
  /** Path and query. */
  readonly target: string;
  readonly body: unknown;
};

const VERBS = ['get', 'put', 'post', 'delete', 'patch'] as const;

/**
 * The rules of a method, in the order in which they are tried.
 *
 * @param options the parsed options of the method, as protobufjs has them
 */
export function httpRulesOf(options: readonly Json[] | undefined): HttpRule[] {
  const rule = options?.find((option) => '(google.api.http)' in option)?.['(google.api.http)'];
  if (typeof rule !== 'object' || rule === null) return [];
  const { additional_bindings: more, ...first } = rule as Json;
  const others = more === undefined ? [] : Array.isArray(more) ? more : [more];
  return [first, ...(others as Json[])].flatMap((one) => {
    const verb = VERBS.find((name) => name in one);
    if (verb === undefined) return [];
    const body = one.body === undefined ? undefined : String(one.body);
    return [{ httpMethod: verb.toUpperCase(), template: String(one[verb]), body }];
  });
}

/**
 * The HTTP request of a gRPC request.
 *
 * @param message the request in Google's JSON
 * @returns undefined when the message fits none of the rules
 */
export function transcode(rules: readonly HttpRule[], message: Json): Transcoded | undefined {
  for (const { httpMethod, template, body } of rules) {
    const path = pathOf(template, message);
    if (path === undefined) continue;
    const rest = path.used.reduce(without, message);
    const query = body === '*' ? [] : queryOf(body === undefined ? rest : without(rest, [body]));
    const search = new URLSearchParams(query).toString();
    return {
      httpMethod,
      target: search === '' ? path.path : `${path.path}?${search}`,
      body:
        body === '*'
          ? rest
          : body === undefined
            ? undefined
            : (valueAt(rest, [camelCase(body)]) ?? {}),
    };
  }
  return undefined;
}

type FieldPath = readonly string[];

/** The path with its variables, and the fields that it used. */
function pathOf(template: string, message: Json): { path: string; used: FieldPath[] } | undefined {
  const used: FieldPath[] = [];
  let isWhole = true;
  const path = template.replace(/\{([\w.]+)(?:=([^}]*))?\}/g, (_, name: string, pattern = '*') => {
    const field = name.split('.').map(camelCase);
    const value = valueAt(message, field);
    used.push(field);
    if (typeof value !== 'string' || !matches(pattern, value)) isWhole = false;
    return String(value).split('/').map(encodeURIComponent).join('/');
  });
  return isWhole ? { path, used } : undefined;
}

const matches = (pattern: string, value: string): boolean =>
  new RegExp(
    `^${pattern
      .split('/')
      .map((segment) => (segment === '**' ? '.+' : segment === '*' ? '[^/]+' : segment))
      .join('/')}$`,
  ).test(value);

function valueAt(message: unknown, [name, ...below]: FieldPath): unknown {
  if (name === undefined) return message;
  return typeof message === 'object' && message !== null
    ? valueAt((message as Json)[name], below)
    : undefined;
}

function without(message: Json, [name = '', ...below]: FieldPath): Json {
  const { [camelCase(name)]: value, ...rest } = message;
  if (below.length === 0 || typeof value !== 'object' || value === null) return rest;
  return { ...rest, [camelCase(name)]: without(value as Json, below) };
}

/** `options.requestedPolicyVersion` for a field of a field. */
function queryOf(fields: Json, prefix = ''): [string, string][] {
  return Object.entries(fields).flatMap(([name, value]): [string, string][] => {
    if (value === null || value === undefined) return [];
    if (Array.isArray(value)) return value.map((one) => [`${prefix}${name}`, String(one)]);
    if (typeof value === 'object') return queryOf(value as Json, `${prefix}${name}.`);
    return [[`${prefix}${name}`, String(value)]];
  });
}
