import { z } from 'zod';
import { Status } from './status.ts';

/**
 * A message as Google's JSON reads one: names in camelCase or snake_case, `null` for absent, unknown names refused.
 *
 * @see https://protobuf.dev/programming-guides/json/
 */
export const message = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.preprocess(camelCased, z.strictObject(shape));

/** int64 is a string on the wire, and a number is taken too. */
export const int64 = z
  .union([z.string().regex(/^-?\d+$/), z.int()])
  .transform(Number)
  .refine(Number.isSafeInteger);

/** `3.5s`, in seconds. */
export const duration = z
  .string()
  .regex(/^-?\d+(\.\d{1,9})?s$/)
  .transform((text) => Number.parseFloat(text));

/** Standard base64 or the one for URLs, with or without padding. */
export const bytes = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]*={0,2}$/)
  .transform((text) => Buffer.from(text, 'base64'));

export const timestamp = z.iso.datetime({ offset: true });

/** A field that Google has and the local cloud does not keep: clients may send it as long as it says nothing. */
export const notKept = z
  .unknown()
  .refine(isDefault, { error: 'This field is not kept by the local cloud.' })
  .optional();

/** @throws {Status} 400 as Google's JSON parser answers, naming the field. */
export function parseMessage<T>(schema: z.ZodType<T>, body: unknown, field = ''): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = [field, ...(issue?.path ?? [])].filter((name) => name !== '').join('.');
  const description = issue ? describe(issue, at) : '';
  throw new Status('INVALID_ARGUMENT', description, [
    {
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
      fieldViolations: [{ ...(at && { field: at }), description }],
    },
  ]);
}

function describe(issue: z.core.$ZodIssue, at: string): string {
  switch (issue.code) {
    case 'custom':
      return issue.message;
    case 'unrecognized_keys':
      return `Invalid JSON payload received. Unknown name "${issue.keys[0]}"${at && ` at '${at}'`}: Cannot find field.`;
    default:
      return `Invalid value at '${at}'`;
  }
}

/** A field mask of a query: `annotations,version_aliases` and `annotations,versionAliases` are the same. */
export const fieldMask = (query: string | null): string[] =>
  (query ?? '')
    .split(',')
    .filter((path) => path !== '')
    .map(camelCase);

/** Nothing, as protobuf has it: a client may leave such a field out or send it. */
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
