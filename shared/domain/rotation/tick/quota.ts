import { projectOfSecret } from '../../chain/secret.ts';
import { retriesOf, rotationsPerMinute } from './schedule.ts';
import type { ListedChain, Memory } from './tick-memory.ts';

/** The quota is for any 60 seconds. */
const WINDOW_MS = 60_000;

/** A tick may wait so long for quota. */
const HORIZON_MS = 40_000;

/** Rotations that have to wait start in groups, so many milliseconds apart. */
const GROUP_MS = 5000;

/** The last time, in milliseconds since 1970, at which a rotation of a chain has used quota, or was requested. */
function lastUseMs({ chain, ledger }: ListedChain, { attempts, requestedAt }: Memory): number {
  const { name } = chain;
  return Math.max(
    +(ledger?.mintedAt ?? 0),
    +(requestedAt.get(name) ?? 0),
    +(attempts.get(name)?.lastAt ?? 0),
  );
}

/** Whether a rotation of a chain has used quota that counts now. */
export const usesQuota = (listed: ListedChain, memory: Memory, now: Date): boolean =>
  now.getTime() - lastUseMs(listed, memory) < WINDOW_MS;

/**
 * Distributes the write quota of each project over the rotations of one tick.
 *
 * @param listed every chain that {@link usesQuota}
 * @returns the start of the next rotation in a project; undefined if this tick cannot start it
 */
export function startTimesOf(
  listed: readonly ListedChain[],
  memory: Memory,
  writesPerMinute: number,
  now: Date,
): (project: string, isRetry: boolean) => Date | undefined {
  const capacity = rotationsPerMinute(writesPerMinute);
  const using = listed.filter((one) => usesQuota(one, memory, now));
  const byProject = Map.groupBy(using, ({ chain }) => projectOfSecret(chain.secret));
  const projects = new Map<string, { uses: number[]; started: number; retries: number }>();

  return (project, isRetry) => {
    let state = projects.get(project);
    if (!state) {
      const uses = (byProject.get(project) ?? []).map((one) => lastUseMs(one, memory));
      state = { uses: uses.toSorted((a, b) => a - b), started: 0, retries: 0 };
      projects.set(project, state);
    }
    if (isRetry && state.retries >= retriesOf(capacity)) return undefined;
    // While the window is full, each start waits until the oldest use of the window leaves it.
    const index = state.started - (capacity - state.uses.length);
    const use = state.uses[index];
    if (index >= 0 && use === undefined) return undefined;
    const waitMs = use === undefined ? 0 : use + WINDOW_MS - now.getTime();
    const groupedMs = Math.ceil(Math.max(0, waitMs) / GROUP_MS) * GROUP_MS;
    if (groupedMs > HORIZON_MS) return undefined;
    state.started++;
    if (isRetry) state.retries++;
    return new Date(now.getTime() + groupedMs);
  };
}
