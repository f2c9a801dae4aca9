import type { Finding } from '../../domain/audit/finding/finding.ts';
import type { ChainPosition } from '../../domain/chain/chain.ts';
import type { ShownReport } from './shown-report.ts';

export type PositionedChain = { readonly name: string; readonly position: ChainPosition };

/** Gives the chains that a finding names and the report shows, each with its line of the chain file. */
export function positionsIn({
  chains,
}: Pick<ShownReport, 'chains'>): (
  finding: Pick<Finding, 'chain' | 'evidence'>,
) => PositionedChain[] {
  const positions = new Map(chains.map(({ name, source }) => [name, source]));
  return ({ chain, evidence }) => {
    const names = chain === undefined ? (evidence.chains ?? []) : [chain];
    return names.flatMap((name) => {
      const position = positions.get(name);
      return position ? [{ name, position }] : [];
    });
  };
}
