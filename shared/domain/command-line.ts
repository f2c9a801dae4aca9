import type { Condition } from './policy.ts';
import { shellArgument } from './quote.ts';

/** A line for a shell. `--flag=value` has its value quoted, so that the flag stays readable. */
export function commandLine(command: string, args: readonly string[]): string {
  const quoted = args.map((arg) => {
    const [, flag = '', value = arg] = /^(--[a-z-]+=)(.*)$/s.exec(arg) ?? [];
    return flag + shellArgument(value);
  });
  return [command, ...quoted].join(' ');
}

/**
 * gcloud's dictionaries and lists are parted by commas, which what they hold may have too: then another sign parts them.
 *
 * @see `gcloud topic escaping`
 */
export function gcloudList(parts: readonly string[]): string {
  if (!parts.some((part) => part.includes(',') || part.startsWith('^'))) return parts.join(',');
  let delimiter = '|';
  while (parts.some((part) => part.includes(delimiter))) delimiter += '~';
  return `^${delimiter}^${parts.join(delimiter)}`;
}

/** For `add-iam-policy-binding`; `None`, as gcloud else asks, or refuses, where the policy has conditions. */
export function conditionFlag(condition: Condition | undefined): string {
  if (!condition) return '--condition=None';
  const { expression, title, description } = condition;
  return `--condition=${gcloudList([
    `expression=${expression}`,
    `title=${title ?? ''}`,
    ...(description ? [`description=${description}`] : []),
  ])}`;
}
