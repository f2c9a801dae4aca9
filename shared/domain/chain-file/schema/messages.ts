import { z } from 'zod';
import { quoted } from '../../basics/text/printable.ts';
import { closest } from '../../basics/text/suggestion.ts';
import { error, type Path, type Remark } from '../../yaml/fault.ts';

/** The argument of zod's `error` function. Zod's own type has one variant for each code, and no common `keys`. */
type RawIssue = {
  readonly code?: string | undefined;
  readonly input?: unknown;
  readonly path?: readonly PropertyKey[] | undefined;
  readonly keys?: readonly string[];
};

const nameOf = (path: readonly PropertyKey[] | undefined): string =>
  (path ?? []).reduce<string>(
    (name, step) => (typeof step === 'number' ? `${name}[${step}]` : String(step)),
    '',
  );

function kindOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return 'a text';
  return typeof value === 'boolean' ? 'true or false' : 'a number';
}

/** The message for a value that is missing or has a wrong type. */
export const wants =
  (example: string) =>
  ({ code, input, path }: RawIssue): string | undefined => {
    if (code !== 'invalid_type' && code !== 'invalid_union' && code !== 'invalid_value') return;
    const name = nameOf(path);
    if (input === undefined) return `${quoted(name)} is missing: write ${example}`;
    if (code === 'invalid_value' && typeof input === 'string') {
      return `${name} cannot be ${quoted(input)}: write ${example}`;
    }
    return `${name || 'this'} is ${kindOf(input)}: write ${example}`;
  };

/**
 * A mapping with these keys and no others.
 *
 * @param refusals the messages for wrong keys that people often write here
 */
export const strict = <Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  example: string,
  refusals: Readonly<Record<string, string>> = {},
) =>
  z.strictObject(shape, {
    error: (issue: RawIssue) => {
      if (issue.code !== 'unrecognized_keys') return wants(example)(issue);
      const known = Object.keys(shape);
      return (issue.keys ?? [])
        .map((key) => {
          if (Object.hasOwn(refusals, key)) return refusals[key];
          const meant = closest(key, known);
          const advice = meant ? `did you mean "${meant}"?` : `the keys are ${known.join(', ')}`;
          return `the key ${quoted(key)} is unknown here: ${advice}`;
        })
        .join('\n'); // one line for each key; `remarksOf` splits them
    },
  });

const isOfAnotherType = ({ code, path }: z.core.$ZodIssue) =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_union');

/** One remark for each issue of zod. Each unknown key is one remark; for a union, only the intended variant counts. */
export const remarksOf = (issues: readonly z.core.$ZodIssue[], at: Path = []): Remark[] =>
  issues.flatMap((issue): Remark[] => {
    const path = [...at, ...(issue.path as (string | number)[])];
    if (issue.code === 'unrecognized_keys') {
      const messages = issue.message.split('\n');
      return issue.keys.map((key, i) => ({
        ...error([...path, key], messages[i] ?? issue.message),
        onKey: true,
      }));
    }
    if (issue.code === 'invalid_union') {
      const [meant] = issue.errors
        .filter((branch) => !branch.some(isOfAnotherType))
        .sort((a, b) => a.length - b.length);
      if (meant) return remarksOf(meant, path);
    }
    return [error(path, issue.message)];
  });
