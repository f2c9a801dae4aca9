import { type ChainFile, isPaused } from '../chain/chain.ts';
import { projectOfSecret } from '../chain/secret.ts';
import type { Tick } from './messages.ts';
import {
  type DueReason,
  dueReasonOf,
  nextAttemptAt,
  retriesPerTick,
  rotationsPerTick,
} from './schedule.ts';
import {
  type AttemptedChain,
  attemptsAfter,
  type ListedChain,
  type Memory,
  onOurClock,
  requestedAtAfter,
  requestOf,
} from './tick-memory.ts';

/** A rotation to request. */
export type PlannedRotation = ListedChain & { readonly forced: boolean };

export type TickPlan = {
  /** The credentials that expire first come first. */
  readonly publish: readonly PlannedRotation[];
  /** Due, but this tick has no quota left for them. */
  readonly waiting: readonly string[];
  /** The waiting chains whose credentials will have less than `minValidity` left before the next tick. */
  readonly late: readonly string[];
  readonly paused: readonly string[];
  readonly memory: Memory;
};

type Candidate = PlannedRotation & AttemptedChain;

/** Why a chain is due, measured from its last request on our own clock. */
const dueReasonsBy =
  ({ tickEverySeconds }: ChainFile, requestedAt: Memory['requestedAt'], now: Date) =>
  ({ chain, digest, ledger }: ListedChain): DueReason | undefined =>
    dueReasonOf(
      chain,
      digest,
      onOurClock(ledger, requestedAt.get(chain.name)),
      now,
      tickEverySeconds,
    );

const isForced = ({ chain }: ListedChain, tick: Tick, memory: Memory): boolean =>
  tick.force || memory.forced.has(chain.name);

/**
 * Selects the chains that can change the plan of `planTick`. About 29 of 30 chains cannot, in a fleet that rotates every 30 minutes.
 */
export function relevanceFilterOf(
  file: ChainFile,
  tick: Tick,
  memory: Memory,
  now: Date,
): (listed: ListedChain) => boolean {
  const dueReason = dueReasonsBy(file, memory.requestedAt, now);
  return (listed) =>
    memory.attempts.has(listed.chain.name) ||
    isForced(listed, tick, memory) ||
    isPaused(listed.chain, file, now) ||
    dueReason(listed) !== undefined;
}

/** What a tick publishes, from the ledgers and from what earlier ticks have attempted. */
export function planTick(
  file: ChainFile,
  listed: readonly ListedChain[],
  tick: Tick,
  memory: Memory,
  now: Date,
): TickPlan {
  const only = tick.only && new Set(tick.only);
  const wanted = only ? listed.filter(({ chain }) => only.has(chain.name)) : listed;
  const { paused = [], running = [] } = Object.groupBy(wanted, ({ chain }) =>
    isPaused(chain, file, now) ? 'paused' : 'running',
  );

  const requestedAt = requestedAtAfter(memory, listed);
  const dueReason = dueReasonsBy(file, requestedAt, now);

  const due = running.flatMap((listedChain): Candidate[] => {
    const { name } = listedChain.chain;
    const forced = isForced(listedChain, tick, memory);
    if (!forced && !dueReason(listedChain)) return [];
    const known = memory.attempts.get(name);
    const attempts = known?.request === requestOf(listedChain) ? known : undefined;
    if (!forced && attempts && now < nextAttemptAt(attempts)) return [];
    return [{ ...listedChain, forced, attempts }];
  });

  const expiry = ({ ledger }: ListedChain) => ledger?.expiresAt.getTime() ?? 0;
  const publish: Candidate[] = [];
  const waiting: Candidate[] = [];
  const usedBy = new Map<string, { all: number; retries: number }>();
  const capacity = rotationsPerTick(file.writesPerMinute, file.tickEverySeconds);
  for (const candidate of due.toSorted((a, b) => expiry(a) - expiry(b))) {
    const project = projectOfSecret(candidate.chain.secret);
    const used = usedBy.get(project) ?? { all: 0, retries: 0 };
    const isRetry = candidate.attempts !== undefined && !candidate.forced;
    if (used.all >= capacity || (isRetry && used.retries >= retriesPerTick(capacity))) {
      waiting.push(candidate);
    } else {
      publish.push(candidate);
      usedBy.set(project, { all: used.all + 1, retries: used.retries + (isRetry ? 1 : 0) });
    }
  }

  const nextTick = now.getTime() + file.tickEverySeconds * 1000;
  return {
    publish: publish.map(({ attempts: _, ...planned }) => planned),
    waiting: waiting.map(({ chain }) => chain.name),
    late: waiting
      .filter((c) => expiry(c) - c.chain.minValiditySeconds * 1000 < nextTick)
      .map(({ chain }) => chain.name),
    paused: paused.map(({ chain }) => chain.name),
    memory: {
      requestedAt,
      attempts: attemptsAfter(memory, running, publish, dueReason, now),
      forced: new Set([
        ...listed
          .map(({ chain }) => chain.name)
          .filter((name) => memory.forced.has(name) && only && !only.has(name)),
        ...waiting.filter(({ forced }) => forced).map(({ chain }) => chain.name),
      ]),
    },
  };
}
