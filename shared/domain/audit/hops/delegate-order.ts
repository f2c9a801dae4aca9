import type { Chain, ChainFile } from '../../chain/chain.ts';
import { type Hop, hopsOf } from '../../chain/hop.ts';
import { evaluateHop } from '../../iam/evaluate-hop.ts';
import type { Snapshot } from '../../iam/snapshot.ts';
import { shownName } from '../finding/expected-access.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';
import type { EvaluatedHop } from './evaluate-hops.ts';

/** The hops of a chain whose delegates are in the reversed order, if the chain lacks a grant and all these hops work. */
export function reversedHops(
  chain: Chain,
  { caller }: Pick<ChainFile, 'caller'>,
  hops: readonly EvaluatedHop[],
  snapshot: Snapshot,
  now: Date,
): readonly Hop[] | undefined {
  if (chain.delegates.length < 2) return undefined;
  if (!hops.some(({ evaluation: { granted } }) => granted === 'no')) return undefined;
  const reversed = hopsOf({ ...chain, delegates: chain.delegates.toReversed() }, caller);
  const work = reversed.every((hop) => evaluateHop(snapshot, hop, now).state === 'ok');
  return work ? reversed : undefined;
}

/** It has no command: somebody must turn the delegates round in the chain file. */
export function orderFinding({ name, delegates, target }: Chain, snapshot: Snapshot): Finding {
  const listed = delegates.map((account) => shownName(snapshot, account));
  const account = shownName(snapshot, target);
  return {
    kind: 'hop-order',
    severity: 'high',
    chain: name,
    chains: [name],
    account,
    fingerprint: fingerprintOf('hop-order', name, listed),
    evidence: {
      summary: `the delegates of ${name} are granted in the other order: write delegates: [${listed.toReversed().join(', ')}]`,
      resource: `chain ${name}`,
      path: [...listed.toReversed(), account],
    },
  };
}
