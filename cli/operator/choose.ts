import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { closest } from '../../shared/domain/basics/text/suggestion.ts';

/** A list of chains that is longer than this does not help in a message. */
const LISTED = 20;

type Named = { readonly name: string };

/** The chains with these names, or a message about the first name that no chain has. */
export function chainsCalled<T extends Named>(
  { chains }: { readonly chains: readonly T[] },
  names: readonly string[],
): Result<T[], string> {
  const found: T[] = [];
  for (const name of new Set(names)) {
    const chain = chains.find((one) => one.name === name);
    if (!chain) return err(unknown(name, chains));
    found.push(chain);
  }
  return ok(found);
}

function unknown(name: string, chains: readonly Named[]): string {
  const names = chains.map((one) => one.name);
  const meant = closest(name, names);
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  const hint =
    meant === undefined
      ? `there are ${names.slice(0, LISTED).join(', ')}${more}`
      : `did you mean ${meant}?`;
  return `no chain is called ${JSON.stringify(name)}: ${hint}`;
}
