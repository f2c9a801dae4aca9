import { type ChainFile, isPaused } from '../../chain/chain.ts';
import { projectOfSecret } from '../../chain/secret.ts';
import { startTimesOf, usesQuota } from './quota.ts';
import { type DueReason, dueReasonOf, nextAttemptAt } from './schedule.ts';
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
export type PlannedRotation = ListedChain & {
  /** When the forced tick was sent; undefined for a rotation that is not forced. */
  readonly forcedAt: Date | undefined;
  /** When quota is free for it. */
  readonly startAt: Date;
};

/** What a tick asks for. `forcedAt`: the tick rotates chains that are not due too, and was sent then. */
export type TickRequest = {
  readonly only?: readonly string[] | undefined;
  readonly forcedAt: Date | undefined;
};

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

type Candidate = Omit<PlannedRotation, 'startAt'> & AttemptedChain;

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

/** When the latest forced tick for a chain was sent. */
const forcedAtOf = (
  { chain }: ListedChain,
  forcedAt: Date | undefined,
  memory: Memory,
): Date | undefined => forcedAt ?? memory.forced.get(chain.name);

/**
 * Selects the chains that can change the plan of `planTick`. About 29 of 30 chains cannot, in a fleet that rotates every 30 minutes.
 */
export function relevanceFilterOf(
  file: ChainFile,
  forcedAt: Date | undefined,
  memory: Memory,
  now: Date,
): (listed: ListedChain) => boolean {
  const dueReason = dueReasonsBy(file, memory.requestedAt, now);
  return (listed) =>
    memory.attempts.has(listed.chain.name) ||
    forcedAtOf(listed, forcedAt, memory) !== undefined ||
    usesQuota(listed, memory, now) ||
    isPaused(listed.chain, file, now) ||
    dueReason(listed) !== undefined;
}

/** What a tick publishes, from the ledgers and from what earlier ticks have attempted. */
export function planTick(
  file: ChainFile,
  listed: readonly ListedChain[],
  tick: TickRequest,
  memory: Memory,
  now: Date,
): TickPlan {
  const only = tick.only && new Set(tick.only);
  const byName = new Set(listed.map(({ chain }) => chain.name));
  const wanted = only ? listed.filter(({ chain }) => only.has(chain.name)) : listed;
  const { paused = [], running = [] } = Object.groupBy(wanted, ({ chain }) =>
    isPaused(chain, file, now) ? 'paused' : 'running',
  );

  const requestedAt = requestedAtAfter(memory, listed);
  const dueReason = dueReasonsBy(file, requestedAt, now);

  const due = running.flatMap((listedChain): Candidate[] => {
    const { name } = listedChain.chain;
    const forcedAt = forcedAtOf(listedChain, tick.forcedAt, memory);
    if (!forcedAt && !dueReason(listedChain)) return [];
    const known = memory.attempts.get(name);
    const attempts = known?.request === requestOf(listedChain) ? known : undefined;
    if (!forcedAt && attempts && now < nextAttemptAt(attempts)) return [];
    return [{ ...listedChain, forcedAt, attempts }];
  });

  const expiry = ({ ledger }: ListedChain) => ledger?.expiresAt.getTime() ?? 0;
  const publish: (Candidate & { readonly startAt: Date })[] = [];
  const waiting: Candidate[] = [];
  const startOf = startTimesOf(listed, { ...memory, requestedAt }, file.writesPerMinute, now);
  for (const candidate of due.toSorted((a, b) => expiry(a) - expiry(b))) {
    const isRetry = candidate.attempts !== undefined && !candidate.forcedAt;
    const startAt = startOf(projectOfSecret(candidate.chain.secret), isRetry);
    if (startAt) publish.push({ ...candidate, startAt });
    else waiting.push(candidate);
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
      seen: memory.seen,
      healing: memory.healing,
      attempts: attemptsAfter(memory, running, publish, dueReason, now),
      forced: new Map([
        ...[...memory.forced].filter(([name]) => only && !only.has(name) && byName.has(name)),
        ...waiting.flatMap(({ chain, forcedAt }) =>
          forcedAt ? [[chain.name, forcedAt] as const] : [],
        ),
      ]),
    },
  };
}
