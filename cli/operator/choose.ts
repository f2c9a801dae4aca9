import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { closest } from '../../shared/domain/basics/text/suggestion.ts';
import type { Chain, ChainFile } from '../../shared/domain/chain/chain.ts';

/** A list of chains that is longer than this does not help in a message. */
const LISTED = 20;

/** The chains with these names, or a message about the first name that no chain has. */
export function chainsCalled(
  { chains }: Pick<ChainFile, 'chains'>,
  names: readonly string[],
): Result<Chain[], string> {
  const found: Chain[] = [];
  for (const name of new Set(names)) {
    const chain = chains.find((one) => one.name === name);
    if (!chain) return err(unknown(name, chains));
    found.push(chain);
  }
  return ok(found);
}

function unknown(name: string, chains: readonly Chain[]): string {
  const names = chains.map((one) => one.name);
  const meant = closest(name, names);
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  const hint =
    meant === undefined
      ? `there are ${names.slice(0, LISTED).join(', ')}${more}`
      : `did you mean ${meant}?`;
  return `no chain is called ${JSON.stringify(name)}: ${hint}`;
}
