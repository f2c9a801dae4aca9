import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainFile } from '../../../../shared/domain/chain/chain.ts';
import type { Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import type { Messages } from '../messages.ts';
import { outcomeOf } from './outcome.ts';
import type { Round } from './round.ts';

const LOOK_EVERY_MS = 1000;

/**
 * Prints each rotation and each failure, until an abort. Ticks by the local cloud's clock where no job of Cloud Scheduler does.
 *
 * @param fileNow the chain file that is published now
 * @param isScheduled whether a job ticks
 */
export async function watch(
  fileNow: () => ChainFile,
  isScheduled: () => boolean,
  messages: Pick<Messages, 'tick' | 'failed'>,
  ledgers: () => Promise<ReadonlyMap<string, Ledger>>,
  print: (round: Round) => Promise<void>,
  now: () => Date,
  signal: AbortSignal,
): Promise<void> {
  let before = await ledgers();
  let tickedAt = now().getTime();
  while (await pause(signal)) {
    const file = fileNow();
    const sinceMs = now().getTime() - tickedAt;
    const everyMs = file.tickEverySeconds * 1000;
    if (sinceMs >= everyMs) {
      tickedAt = now().getTime();
      // The functions see a move of the clock a moment late, and the job ticks at the move.
      if (!isScheduled() || sinceMs >= 2 * everyMs) await messages.tick({});
    }
    const said = new Map((await messages.failed()).map((failed) => [failed.chain, failed]));
    const after = await ledgers();
    const outcomes = file.chains.map((chain) =>
      outcomeOf(chain, before.get(chain.secret), after.get(chain.secret), said.get(chain.name)),
    );
    before = after;
    const minted = outcomes.flatMap((o) => (o.is === 'minted' ? [o.minted] : []));
    const failed = outcomes.flatMap((o) =>
      o.is === 'failed' || o.is === 'busy' ? [o.failed] : [],
    );
    if (minted.length > 0 || failed.length > 0) await print({ minted, failed });
  }
}

/** @returns false after an abort */
const pause = (signal: AbortSignal): Promise<boolean> =>
  sleep(LOOK_EVERY_MS, true, { signal }).catch(() => false);
