import { setTimeout as sleep } from 'node:timers/promises';
import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import type { Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import type { Failed, Messages } from '../messages.ts';
import { type Minted, type NotMinted, type Outcome, outcomeOf } from './outcome.ts';

export type Round = { readonly minted: readonly Minted[]; readonly failed: readonly NotMinted[] };

/** How long a round waits for the next result of a chain. */
const PATIENCE_MS = 60_000;
const PAUSE_AFTER_BUSY_MS = 1000;
/** A tick may not have room for every chain. The next tick has. */
const SILENCE_MS = 5000;
/** A rotation has 45 s. A forced rotation without a result after that was lost. */
const LOST_AFTER_MS = 46_000;
const LOOK_EVERY_MS = 100;

/**
 * One round: a tick, and the result for each chain.
 *
 * In a world without credentials from Hopmint, the tick is an ordinary one. With credentials, no chain may be due, so the tick is forced.
 *
 * @param ledgers reads the ledgers of the chains' secrets, by secret
 */
export async function runRound(
  chains: readonly Chain[],
  messages: Pick<Messages, 'tick' | 'failed'>,
  ledgers: () => Promise<ReadonlyMap<string, Ledger>>,
  signal: AbortSignal,
): Promise<Round> {
  await messages.failed(); // the failures of an earlier round are dropped
  const before = await ledgers();
  const isForced = before.size > 0;
  const settled = new Map<string, Outcome>();
  const said = new Map<string, Failed>();
  const lastBusy = new Map<string, Outcome>();
  let movedAt = performance.now();
  let tickedAt = movedAt;
  let forcedAt = movedAt;
  const tick = async (only?: readonly string[]) => {
    await messages.tick(only ? { only, force: true } : {});
    tickedAt = performance.now();
    if (only) forcedAt = tickedAt;
  };

  await tick(isForced ? chains.map(({ name }) => name) : undefined);
  while (settled.size < chains.length && !signal.aborted) {
    const lookedAt = performance.now();
    for (const failed of await messages.failed()) said.set(failed.chain, failed);
    const after = await ledgers();
    const busy: string[] = [];
    const silent: string[] = [];
    for (const chain of chains.filter(({ name }) => !settled.has(name))) {
      const { name, secret } = chain;
      const outcome = outcomeOf(chain, before.get(secret), after.get(secret), said.get(name));
      if (outcome.is === 'busy') {
        busy.push(name);
        lastBusy.set(name, outcome);
      } else if (outcome.is === 'silent') {
        silent.push(name);
      } else {
        settled.set(name, outcome);
        movedAt = lookedAt;
      }
    }
    if (lookedAt - movedAt > PATIENCE_MS) break;
    const quietMs = lookedAt - Math.max(movedAt, tickedAt);
    if (busy.length > 0 && quietMs > PAUSE_AFTER_BUSY_MS) {
      for (const name of busy) said.delete(name);
      await tick(busy);
    } else if (silent.length > 0 && quietMs > SILENCE_MS) {
      const isLost = isForced && lookedAt - Math.max(movedAt, forcedAt) > LOST_AFTER_MS;
      await tick(isLost ? silent : undefined);
    }
    // Reading a large world takes long, so the pause is as long as the read.
    await sleep(Math.max(LOOK_EVERY_MS, performance.now() - lookedAt));
  }

  const outcomes = chains.map(
    ({ name }): Outcome =>
      settled.get(name) ??
      lastBusy.get(name) ?? { is: 'failed', failed: { chain: name, reason: 'unanswered' } },
  );
  return {
    minted: outcomes.flatMap((outcome) => (outcome.is === 'minted' ? [outcome.minted] : [])),
    failed: outcomes.flatMap((outcome) => ('failed' in outcome ? [outcome.failed] : [])),
  };
}
