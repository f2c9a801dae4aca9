import type { Steps } from '../../basics/steps.ts';
import { idOf } from '../../chain/account.ts';
import type { ChainFile } from '../../chain/chain.ts';
import { type Hop, hopsOf } from '../../chain/hop.ts';
import { type Forecast, forecastHop, horizonOf } from '../../grants/forecast.ts';
import type { Snapshot } from '../../iam/snapshot.ts';

/** A hop of a chain, and its evaluation. */
export type EvaluatedHop = {
  readonly chain: string;
  /** Counts from 1: the hop from the caller. */
  readonly number: number;
  readonly hop: Hop;
  readonly evaluation: Forecast;
};

/**
 * Evaluates every hop of every chain. A hop that several chains share is evaluated once, unless it depends on time: then each chain's
 * schedule may give another result.
 */
export function* evaluateHops(
  file: ChainFile,
  snapshot: Snapshot,
  now: Date,
): Steps<EvaluatedHop[]> {
  const known = new Map<string, Forecast>();
  const evaluated: EvaluatedHop[] = [];
  for (const chain of file.chains) {
    const horizon = horizonOf(chain, file, now);
    for (const [i, hop] of hopsOf(chain, file.caller).entries()) {
      yield;
      const key = `${idOf(hop.from)} ${hop.permission} ${idOf(hop.to)}`;
      const shared = known.get(key);
      const evaluation =
        shared && !shared.dependsOnTime ? shared : forecastHop(snapshot, hop, horizon, now);
      known.set(key, evaluation);
      evaluated.push({ chain: chain.name, number: i + 1, hop, evaluation });
    }
  }
  return evaluated;
}
