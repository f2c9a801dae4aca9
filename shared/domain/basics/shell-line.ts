import { shellArgument } from './shell-quote.ts';

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
