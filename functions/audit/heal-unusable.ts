import type { Report } from '../../shared/domain/audit/report.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import { healsPerMinute } from '../../shared/domain/rotation/tick/healing.ts';

/** Within this time a rotation ends and is observed. So no chain is asked for again. `fanout` limits a chain that fails again and again. */
const AGAIN_AFTER_MS = 3 * 60_000;

/** When the rotation of a chain was last requested. */
export type Requested = ReadonlyMap<string, Date>;

/**
 * The chains whose readers get nothing usable, although every hop works. Most of them are healed when an event reports the change. Here are
 * those that no event reported: a lost event, or a target that was created again.
 */
export function chainsToHeal(
  { chains }: Pick<Report, 'chains'>,
  { writesPerMinute }: Pick<ChainFile, 'writesPerMinute'>,
  requested: Requested,
  now: Date,
): { readonly heal: readonly string[]; readonly requested: Requested } {
  const recent = [...requested].filter(([, at]) => now.getTime() - at.getTime() < AGAIN_AFTER_MS);
  const waiting = new Map(recent);
  const heal = chains
    .flatMap(({ name, state }) => (state === 'unusable' && !waiting.has(name) ? [name] : []))
    .slice(0, healsPerMinute(writesPerMinute));
  return { heal, requested: new Map([...recent, ...heal.map((name) => [name, now] as const)]) };
}
