import type { Domain } from 'node:domain';
import { dispositionOf } from '../../shared/domain/basics/failure.ts';
import { parseProbe } from '../../shared/domain/rotation/messages.ts';
import type { Push } from '../../shared/domain/rotation/push.ts';
import { oneAtATime } from '../runtime/one-at-a-time.ts';
import { DEADLINE_MS, type Runtime } from '../runtime/runtime.ts';

/** How long a rotation may take to publish its outcome. */
const REPORT_DEADLINE_MS = 10_000;

/**
 * Leaves the domain in which functions-framework runs each event. The domain is entered and left around every promise, which takes a third of
 * a rotation's CPU. We do not need it: our failures are values, and the framework awaits the promise that rejects if anything throws.
 */
const leaveDomain = () => (process as { domain?: Domain }).domain?.exit();

/** Carries out one mint request and logs the outcome. */
export function mintEntryPoint({ config, cloud, log, now, topic, readIntent }: Runtime) {
  const failedAt = new Map<string, Date>();
  const oneRotationAtATime = oneAtATime();

  return async ({ id, data }: Push): Promise<void> => {
    leaveDomain();
    const probe = parseProbe(data);
    if (probe) {
      log.info({ event: 'probe', ...probe, correlationId: id }, 'probe answered');
      return;
    }
    const { mint } = await import('./rotate.ts');
    const minted = await mint(data, {
      cloud,
      readIntent,
      failedAt,
      oneAtATime: oneRotationAtATime,
      failedTopic: topic('failed'),
      tickTopic: topic('tick'),
      rotatedTopic: config.publishesRotations ? topic('rotated') : undefined,
      now,
      signal: AbortSignal.timeout(DEADLINE_MS),
      reportDeadline: () => AbortSignal.timeout(REPORT_DEADLINE_MS),
    });
    if (minted.ok) {
      const fields = { event: 'minted', ...minted.value };
      if (minted.value.unproven) log.warn(fields, 'minted and stored without a proof');
      else if (minted.value.undestroyed)
        log.warn(fields, 'minted, but an old version was not destroyed');
      else if (minted.value.unannounced)
        log.warn(fields, 'minted, but hopmint-rotated got no message');
      else log.info(fields, 'minted');
      return;
    }
    const disposition = dispositionOf(minted.error.reason);
    const fields = { event: 'mint-failed', ...minted.error, disposition };
    if (disposition === 'drop') log.info(fields, 'mint request dropped');
    else if (disposition === 'fail' || minted.error.unpublished) log.error(fields, 'mint failed');
    else log.warn(fields, 'mint failed, will be retried');
  };
}
