import { shellArgument } from './shell-quote.ts';

/** A command line for a shell. Of `--flag=value` it quotes only the value, so that the flag stays readable. */
export function commandLine(command: string, args: readonly string[]): string {
  const quoted = args.map((arg) => {
    const [, flag = '', value = arg] = /^(--[a-z-]+=)(.*)$/s.exec(arg) ?? [];
    return flag + shellArgument(value);
  });
  return [command, ...quoted].join(' ');
}

/**
 * A list for a gcloud flag, separated by commas. If a part contains a comma, it declares and uses another separator.
 *
 * @see `gcloud topic escaping`
 */
export function gcloudList(parts: readonly string[]): string {
  if (!parts.some((part) => part.includes(',') || part.startsWith('^'))) return parts.join(',');
  let delimiter = '|';
  while (parts.some((part) => part.includes(delimiter))) delimiter += '~';
  return `^${delimiter}^${parts.join(delimiter)}`;
}
