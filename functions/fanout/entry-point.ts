import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { secretIdOf, secretIdsOf } from '../../shared/domain/chain/secret.ts';
import { type Probe, parseProbe } from '../../shared/domain/rotation/messages.ts';
import type { Push } from '../../shared/domain/rotation/push.ts';
import { hasChecks, withNamed } from '../../shared/domain/rotation/tick/healing.ts';
import { parseSecretEvent } from '../../shared/domain/rotation/tick/secret-event.ts';
import { EMPTY_MEMORY, type Memory } from '../../shared/domain/rotation/tick/tick-memory.ts';
import { batchAfter } from '../runtime/batch.ts';
import { DEADLINE_MS, type Runtime } from '../runtime/runtime.ts';

/** How long changes of secrets are collected before a check. One change often makes several entries. */
const COLLECT_MS = 10_000;

/** Carries out ticks and checks of changed secrets, one at a time, and logs the outcome of each. */
export function fanoutEntryPoint({
  cloud,
  log,
  logHeard,
  logMalformed,
  now,
  topic,
  readIntent,
}: Runtime) {
  let memory: Memory = EMPTY_MEMORY;
  const oneAtATime = pLimit(1); // each tick needs the memory of the one before
  const deadline = () => AbortSignal.timeout(DEADLINE_MS);

  const logLimited = (fields: Readonly<Record<string, string | undefined>>) =>
    log.error({ event: 'healing-limited', ...fields }, 'healed three times within an hour');

  async function answer(message: Probe, correlationId: string): Promise<void> {
    const published = await cloud.topics.publish(topic('mint'), [{ message }], deadline());
    if (published.ok) log.info({ event: 'probe', ...message, correlationId }, 'probe answered');
    else log.error({ event: 'tick-failed', correlationId, ...published.error }, 'tick failed');
  }

  async function tick({ id, publishedAt, data }: Push): Promise<void> {
    const probe = parseProbe(data);
    if (probe) return answer(probe, id);
    const { fanout } = await import('./fanout.ts');
    const fanned = await fanout(
      data,
      { id, publishedAt: publishedAt ?? now() },
      {
        cloud,
        readIntent,
        mintTopic: topic('mint'),
        memory,
        now: now(),
        wait: (ms, signal) => sleep(ms, undefined, { signal }),
        signal: deadline(),
      },
    );
    if (!fanned.ok) {
      log.error({ event: 'tick-failed', correlationId: id, ...fanned.error }, 'tick failed');
      return;
    }
    const { memory: nextMemory, unlisted, doubtful, limited, ...outcome } = fanned.value;
    memory = nextMemory;
    const fields = { correlationId: id, ...outcome };
    for (const { project, ...failure } of unlisted) {
      log.error({ event: 'tick-failed', correlationId: id, project, ...failure }, 'tick failed');
    }
    for (const chain of limited) {
      const broken = 'an audit found that its readers get nothing usable';
      logLimited({ correlationId: id, chain, broken });
    }
    if (outcome.late.length > 0)
      log.warn({ event: 'tick-late', ...fields }, 'some credentials will be late');
    else
      log.info({ event: 'tick', ...fields }, outcome.published.length > 0 ? 'tick' : 'nothing due');
    if (doubtful.length > 0 || hasChecks(memory.healing)) await check(doubtful, id);
  }

  /** @param names of the chains whose secrets may have changed */
  async function check(names: readonly string[], correlationId: string): Promise<void> {
    const { heal } = await import('./heal.ts');
    const checked = await heal(names, correlationId, {
      cloud,
      intent: await readIntent(),
      mintTopic: topic('mint'),
      memory,
      now,
      signal: deadline(),
    });
    if (!checked.ok) {
      memory = { ...memory, healing: withNamed(memory.healing, names, now()) };
      log.error({ event: 'healing-failed', correlationId, ...checked.error }, 'healing failed');
      return;
    }
    const { memory: nextMemory, broken, healed, limited, unread } = checked.value;
    for (const one of unread) {
      log.error({ event: 'healing-failed', correlationId, ...one }, 'healing failed');
    }
    memory = nextMemory;
    if (healed.length > 0) {
      log.warn({ event: 'healing', correlationId, healed, broken }, 'credentials were not usable');
    }
    for (const chain of limited) logLimited({ correlationId, chain, broken: broken[chain] });
  }

  const changed = batchAfter<string>(
    () => sleep(COLLECT_MS),
    (secretIds) =>
      oneAtATime(async () => {
        const touched = new Set(secretIds);
        const { file } = await readIntent();
        const names = file.chains.flatMap(({ name, secret }) =>
          touched.has(secretIdOf(secret)) ? [name] : [],
        );
        if (names.length > 0) await check(names, `changed-${now().toISOString()}`);
      }),
  );

  /** A change of a secret. Our own changes need no check, and neither do secrets that no chain uses. */
  async function change({ data }: Push): Promise<void> {
    const event = parseSecretEvent(data);
    if (event === 'malformed') return logMalformed('this is not an entry of the audit log');
    logHeard();
    if (!event) return;
    const { file } = await readIntent();
    if (event.by !== '' && event.by === file.caller.email) return;
    if (!secretIdsOf(file.chains).has(event.secretId)) return;
    await changed(event.secretId);
  }

  return (push: Push, path: string): Promise<void> =>
    path === '/changed' ? change(push) : oneAtATime(() => tick(push));
}
