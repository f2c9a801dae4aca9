import type { Finding } from '../../domain/audit/finding/finding.ts';
import type { ChainPosition } from '../../domain/chain/chain.ts';
import type { ShownReport } from './shown-report.ts';

export type PositionedChain = { readonly name: string; readonly position: ChainPosition };

/** Gives the chains that a finding names and the report shows, each with its line of the chain file. */
export function positionsIn(
  report: Pick<ShownReport, 'chains'>,
): (finding: Pick<Finding, 'chain' | 'chains'>) => PositionedChain[] {
  const positions = new Map(report.chains.map(({ name, source }) => [name, source]));
  return ({ chain, chains }) => {
    const names = chain === undefined ? chains : [chain];
    return names.flatMap((name) => {
      const position = positions.get(name);
      return position ? [{ name, position }] : [];
    });
  };
}
