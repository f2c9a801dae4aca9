import type { Freshness } from './freshness.ts';

/** Whether ticks come, as far as ledgers tell. */
export type Ticks = {
  readonly stopped: boolean;
  /** The last rotation of any chain: then ticks came. */
  readonly lastRotationAt?: Date;
  /** The chains that should have rotated since, and have not. */
  readonly overdue: readonly string[];
};

/**
 * Ticks have stopped when every chain that should have rotated since the last rotation of any chain has not, and at least one should have:
 * it is overdue, and it came due after that rotation. One that was due before has failed while ticks came, and is no witness. So one broken
 * chain among many that rotate stops nothing; where no other was due meanwhile, that it fails and that nothing ticks look the same.
 *
 * Nothing else is asked, so that this holds whatever has stopped: the scheduler, the topic, or the functions. Chains that were never rotated
 * tell nothing, and neither do those that are paused.
 *
 * @param chains by name
 */
export function ticksOf(chains: ReadonlyMap<string, Freshness>): Ticks {
  const minted = [...chains.values()].flatMap(({ ledger }) => ledger?.mintedAt.getTime() ?? []);
  if (minted.length === 0) return { stopped: false, overdue: [] };
  const last = Math.max(...minted);
  const overdue = [...chains]
    .filter(([, { pause, overdue, dueAt }]) => !pause && overdue && Number(dueAt) > last)
    .map(([name]) => name);
  return { stopped: overdue.length > 0, lastRotationAt: new Date(last), overdue };
}
