import { type ListedChain, type Memory, ROTATION_MS } from './tick-memory.ts';

/**
 * Compares each ledger with the one that the last tick has read. A ledger changes only through a rotation, and each rotation changes the
 * current version. Any other change was made by somebody else, and Secret Manager must decide.
 */
export function ledgerChanges(memory: Memory, now: Date) {
  const seen = new Map<string, string>();
  const doubtful: string[] = [];
  return {
    seen,
    doubtful,
    note({ chain: { name }, ledger, current }: ListedChain): void {
      if (!ledger) return;
      const text = `${current} ${ledger.mintedAt.getTime()} ${ledger.expiresAt.getTime()}`;
      seen.set(name, text);
      const before = memory.seen.get(name);
      if (before === undefined || before === text) return;
      const lastAt = memory.attempts.get(name)?.lastAt ?? memory.requestedAt.get(name);
      const wasRequested = lastAt !== undefined && +now - +lastAt < ROTATION_MS;
      const isSameVersion = before.startsWith(`${current} `);
      if (isSameVersion || !wasRequested) doubtful.push(name);
    },
  };
}
