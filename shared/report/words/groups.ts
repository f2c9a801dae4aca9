import type { ChainReport } from '../../domain/audit/report.ts';
import { styleOf } from './states.ts';

/** Chains in one picture. */
export type Group = {
  /** The accounts after the caller that all of these chains share. */
  readonly through: readonly string[];
  readonly chains: readonly ChainReport[];
};

/** With more chains, the arrows of a picture are hard to follow. */
const CHAINS_AT_MOST = 12;

/**
 * Groups chains that begin with the same accounts. Groups with the worst states come first. A small file becomes one picture; in a large
 * file each picture is a branch.
 */
export function groupsOf(chains: readonly ChainReport[]): Group[] {
  return merged(branchesOf(chains, 0)).sort((a, b) => rankOf(a) - rankOf(b));
}

function branchesOf(chains: readonly ChainReport[], depth: number): Group[] {
  const [first] = chains;
  const through = (first?.hops ?? []).slice(0, depth).map(({ to }) => to);
  if (chains.length <= CHAINS_AT_MOST) return chains.length > 0 ? [{ through, chains }] : [];
  const byNext = Map.groupBy(
    chains,
    ({ hops }) => (hops.length > depth + 1 ? (hops[depth]?.to ?? '') : ''), // '': the next account is the target, so there is no branch
  );
  const ending = byNext.get('') ?? [];
  const pieces = Array.from({ length: Math.ceil(ending.length / CHAINS_AT_MOST) }, (_, i) => ({
    through,
    chains: ending.slice(i * CHAINS_AT_MOST, (i + 1) * CHAINS_AT_MOST),
  }));
  byNext.delete('');
  return [...pieces, ...[...byNext.values()].flatMap((branch) => branchesOf(branch, depth + 1))];
}

/** Merges small groups that follow each other. Otherwise a thousand relays would get a thousand pictures. */
function merged(groups: readonly Group[]): Group[] {
  const result: Group[] = [];
  for (const group of groups) {
    const last = result.at(-1);
    if (!last || last.chains.length + group.chains.length > CHAINS_AT_MOST) {
      result.push(group);
      continue;
    }
    const common = last.through.findIndex((account, i) => account !== group.through[i]);
    const through = common < 0 ? last.through : last.through.slice(0, common);
    result[result.length - 1] = { through, chains: [...last.chains, ...group.chains] };
  }
  return result;
}

const rankOf = ({ chains }: Group): number =>
  Math.min(...chains.map(({ state }) => styleOf(state).rank));
