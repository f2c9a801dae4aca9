import { z } from 'zod';
import { quoted } from '../../basics/printable.ts';
import { closest } from '../../basics/suggestion.ts';
import { error, type Path, type Remark } from '../../yaml/fault.ts';

/** What zod tells an `error` function; its own type has one arm a code and no common `keys`. */
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

/** Says that something is missing or of another type, and what to write. */
export const wants =
  (example: string) =>
  ({ code, input, path }: RawIssue): string | undefined => {
    if (code !== 'invalid_type' && code !== 'invalid_union' && code !== 'invalid_value') return;
    const name = nameOf(path);
    if (input === undefined) return `${quoted(name)} is missing: write ${example}`;
    if (code === 'invalid_value' && typeof input === 'string') {
      return `there is no ${name} ${quoted(input)}: write ${example}`;
    }
    return `${name || 'this'} is ${kindOf(input)}: write ${example}`;
  };

/**
 * A mapping with these keys and no others.
 *
 * @param refusals what to say of keys that people do write here, for a reason
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
          const advice = meant ? `did you mean "${meant}"?` : `it takes ${known.join(', ')}`;
          return `there is no ${quoted(key)} here: ${advice}`;
        })
        .join('\n'); // one line a key, which remarksOf takes apart
    },
  });

const isOfAnotherType = ({ code, path }: z.core.$ZodIssue) =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_union');

/** Zod's issues, one remark each: the unknown keys one by one, and of a union the branch that was meant. */
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
