import { z } from 'zod';
import { ApiError } from './api-error.ts';

/**
 * The schema of a protobuf message in Google's JSON form.
 *
 * Field names may be in camelCase or in snake_case, `null` means that the field is absent, and an unknown field is an error.
 *
 * @see https://protobuf.dev/programming-guides/json/
 */
export const message = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(camelCased, z.strictObject(shape));

/** Google's JSON writes an int64 as a string, and accepts a number too. */
export const int64 = z
  .union([z.string().regex(/^-?\d+$/), z.int()])
  .transform(Number)
  .refine(Number.isSafeInteger);

/** `3.5s`, parsed to seconds. */
export const duration = z
  .string()
  .regex(/^-?\d+(\.\d{1,9})?s$/)
  .transform((text) => Number.parseFloat(text));

/** Base64 in the standard or the URL-safe alphabet, with or without padding. */
export const bytes = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]*={0,2}$/)
  .transform((text) => Buffer.from(text, 'base64'));

export const timestamp = z.iso.datetime({ offset: true });

/** A field that Google has and the local cloud does not support. Clients may send it with its default value. */
export const unsupported = z
  .unknown()
  .refine(isDefault, { error: 'The local cloud does not support this field.' })
  .optional();

/**
 * @param field the name of the whole message in the error, when it is a field of the request
 * @throws {ApiError} 400, which names the bad field as Google's JSON parser does
 */
export function parseMessage<T>(schema: z.ZodType<T>, body: unknown, field = ''): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [field, ...(issue?.path ?? [])].filter((name) => name !== '').join('.');
  const description = issue ? descriptionOf(issue, path) : '';
  throw new ApiError('INVALID_ARGUMENT', description, [
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ ...(path && { field: path }), description }],
    },
  ]);
}

function descriptionOf(issue: z.core.$ZodIssue, path: string): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'unrecognized_keys':
      return `Invalid JSON payload received. Unknown name "${issue.keys[0]}"${path && ` at '${path}'`}: Cannot find field.`;
    default:
      return `Invalid value at '${path}'`;
  }
}

/** The fields of a mask, in camelCase: `annotations,version_aliases` and `annotations,versionAliases` are the same mask. */
export const fieldMask = (query: string | null): string[] =>
  (query ?? '')
    .split(',')
    .filter((path) => path !== '')
    .map(camelCase);

/** Protobuf does not distinguish a default value from an absent field. */
function isDefault(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return !value;
  return Object.keys(value).length === 0;
}

export const camelCase = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function camelCased(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const present = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(present.map(([name, field]) => [camelCase(name), field]));
}
