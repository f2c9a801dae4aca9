import type { Domain } from 'node:domain';
import { dispositionOf } from '../../shared/domain/basics/failure.ts';
import { DEADLINE_MS, type Pushed, type Runtime } from '../runtime/runtime.ts';

/** A rotation has this long to tell that its time ran out. */
const TELL_MS = 10_000;

/**
 * functions-framework runs each event in a domain, which is entered and left around every promise: a third of a rotation's CPU. We need none,
 * as our failures are values, and whatever is thrown comes back by the promise that the framework waits for.
 */
const leaveDomain = () => (process as { domain?: Domain }).domain?.exit();

/** Carries out one mint request, and logs what came of it. */
export function mintDoor({ cloud, log, now, topic, readIntent }: Runtime) {
  const failedAt = new Map<string, Date>();

  return async (event: Pushed): Promise<void> => {
    leaveDomain();
    const { mint } = await import('./rotate.ts');
    const minted = await mint(event.data?.message.data ?? '', {
      cloud,
      readIntent,
      failedAt,
      failedTopic: topic('failed'),
      tickTopic: topic('tick'),
      now,
      signal: AbortSignal.timeout(DEADLINE_MS),
      reportDeadline: () => AbortSignal.timeout(TELL_MS),
    });
    if (minted.ok) {
      const fields = { event: 'minted', ...minted.value };
      if (minted.value.unproven) log.warn(fields, 'minted, and stored unproven');
      else if (minted.value.undestroyed) log.warn(fields, 'minted, and an older version is left');
      else log.info(fields, 'minted');
      return;
    }
    const disposition = dispositionOf(minted.error.reason);
    const fields = { event: 'mint-failed', ...minted.error, disposition };
    if (disposition === 'drop') log.info(fields, 'mint: not run');
    else if (disposition === 'fail' || minted.error.untold) log.error(fields, 'mint failed');
    else log.warn(fields, 'mint failed, and is tried again');
  };
}
