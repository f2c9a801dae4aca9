import { type Fanned, fanout } from '../../functions/fanout/fanout.ts';
import { type Healed, heal } from '../../functions/fanout/heal.ts';
import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Intent } from '../../shared/domain/chain/intent.ts';
import { hasChecks } from '../../shared/domain/rotation/tick/healing.ts';
import { EMPTY_MEMORY, type Memory } from '../../shared/domain/rotation/tick/tick-memory.ts';

/** What an instance of fanout needs from its machine. */
type Machine = {
  readonly cloud: Cloud;
  readonly readIntent: () => Intent;
  readonly mintTopic: string;
  readonly now: () => Date;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
  readonly signal: () => AbortSignal;
  readonly record: (outcome: unknown) => void;
};

type Message = { readonly id: string; readonly data: string; readonly publishedAt: Date };

export type FanoutInstance = {
  /** Carries out a tick, and then the checks that it has found necessary, as the entry point does. */
  run(delivery: Message): Promise<void>;
  /** Checks what the readers of these chains get, as the entry point does some seconds after an event. */
  check(names: readonly string[]): Promise<void>;
  fanned?: Fanned;
  healed?: Healed;
};

export function fanoutInstance(machine: Machine): FanoutInstance {
  const { cloud, readIntent, mintTopic, now, wait, signal, record } = machine;
  let memory: Memory = EMPTY_MEMORY;
  const instance: FanoutInstance = {
    async run({ id, data, publishedAt }) {
      const outcome = await fanout(
        data,
        { id, publishedAt },
        {
          cloud,
          readIntent: async () => readIntent(),
          mintTopic,
          memory,
          now: now(),
          wait,
          signal: signal(),
        },
      );
      record(outcome);
      if (!outcome.ok) return;
      memory = outcome.value.memory;
      instance.fanned = outcome.value;
      const { doubtful } = outcome.value;
      if (doubtful.length > 0 || hasChecks(memory.healing)) await instance.check(doubtful);
    },
    async check(names) {
      const context = { cloud, intent: readIntent(), mintTopic, memory, now };
      const outcome = await heal(names, `check-${now().toISOString()}`, {
        ...context,
        signal: signal(),
      });
      record(outcome);
      if (!outcome.ok) return;
      memory = outcome.value.memory;
      instance.healed = outcome.value;
    },
  };
  return instance;
}
