import type { Freshness } from './freshness.ts';

/** Whether ticks arrive, as far as ledgers show. */
export type TickHealth = {
  readonly stopped: boolean;
  /** The last rotation of any chain. Ticks arrived at that time. */
  readonly lastRotationAt?: Date;
  /** The chains that became due since then and were not rotated. */
  readonly overdue: readonly string[];
};

/**
 * Decides from the ledgers whether ticks have stopped. They have stopped if at least one chain is overdue that became due after the last
 * rotation of any chain.
 *
 * A chain that became due before that rotation failed while ticks arrived, so it proves nothing. Chains that were never rotated, and paused
 * chains, prove nothing either. So one broken chain among many that rotate does not count. If no other chain became due in between, a failing
 * chain looks the same as stopped ticks.
 *
 * The ledgers are the only source, so the result is right whether the scheduler, the topic or the functions have stopped.
 *
 * @param chains by name
 */
export function tickHealthOf(chains: ReadonlyMap<string, Freshness>): TickHealth {
  const minted = [...chains.values()].flatMap(({ ledger }) => ledger?.mintedAt.getTime() ?? []);
  if (minted.length === 0) return { stopped: false, overdue: [] };
  const last = Math.max(...minted);
  const overdue = [...chains]
    .filter(([, { pause, overdue, dueAt }]) => !pause && overdue && Number(dueAt) > last)
    .map(([name]) => name);
  return { stopped: overdue.length > 0, lastRotationAt: new Date(last), overdue };
}
