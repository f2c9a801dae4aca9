import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { Push } from '../../shared/domain/rotation/push.ts';
import { EMPTY_MEMORY, type Memory } from '../../shared/domain/rotation/tick-memory.ts';
import { DEADLINE_MS, type Runtime } from '../runtime/runtime.ts';

/** Carries out ticks one at a time and logs the outcome of each. */
export function fanoutEntryPoint({ cloud, log, now, topic, readIntent }: Runtime) {
  let memory: Memory = EMPTY_MEMORY;
  const oneAtATime = pLimit(1); // each tick needs the memory of the one before

  return ({ id, publishedAt, data }: Push) =>
    oneAtATime(async () => {
      const { fanout } = await import('./fanout.ts');
      const tick = { id, publishedAt: publishedAt ?? now() };
      const fanned = await fanout(data, tick, {
        cloud,
        readIntent,
        mintTopic: topic('mint'),
        memory,
        now: now(),
        wait: (ms, signal) => sleep(ms, undefined, { signal }),
        signal: AbortSignal.timeout(DEADLINE_MS),
      });
      if (!fanned.ok) {
        log.error({ event: 'tick-failed', correlationId: id, ...fanned.error }, 'tick failed');
        return;
      }
      const { memory: nextMemory, unlisted, ...outcome } = fanned.value;
      memory = nextMemory;
      const fields = { correlationId: id, ...outcome };
      for (const { project, ...failure } of unlisted) {
        log.error({ event: 'tick-failed', correlationId: id, project, ...failure }, 'tick failed');
      }
      if (outcome.late.length > 0)
        log.warn({ event: 'tick-late', ...fields }, 'some credentials will be late');
      else
        log.info(
          { event: 'tick', ...fields },
          outcome.published.length > 0 ? 'tick' : 'nothing due',
        );
    });
}
