import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { closest } from '../../shared/domain/basics/suggestion.ts';
import type { Chain, ChainFile } from '../../shared/domain/chain/chain.ts';

/** The chains of these names, or what is wrong with the first that there is not. */
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
  const hint = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
  return `no chain is called ${JSON.stringify(name)}: ${hint}`;
}
