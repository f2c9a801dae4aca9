import { idOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { hopsOf } from '../../chain/hop.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import type { EvaluatedHop } from './findings.ts';
import { evaluateAhead, horizonsOf } from './outlook.ts';

/** Every hop of every chain. One that many chains share is evaluated once, unless time decides it, which each chain's schedule divides. */
export function evaluateAll(file: ChainFile, snapshot: Snapshot, now: Date): EvaluatedHop[] {
  const known = new Map<string, EvaluatedHop['evaluation']>();
  return file.chains.flatMap((chain) => {
    const horizons = horizonsOf(chain, file, now);
    return hopsOf(chain, file.caller).map((hop, i) => {
      const key = `${idOf(hop.from)} ${hop.permission} ${idOf(hop.to)}`;
      const shared = known.get(key);
      const evaluation =
        shared && !shared.dependsOnTime ? shared : evaluateAhead(snapshot, hop, horizons, now);
      known.set(key, evaluation);
      return { chain: chain.name, number: i + 1, hop, evaluation };
    });
  });
}
