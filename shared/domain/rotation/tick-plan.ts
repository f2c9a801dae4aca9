import { type Chain, type ChainFile, isPaused } from '../chain/chain.ts';
import { projectOfSecret } from '../chain/secret.ts';
import type { Ledger } from './ledger.ts';
import type { Tick } from './messages.ts';
import {
  type Attempts,
  type DueReason,
  dueReasonOf,
  nextAttemptAt,
  retryRoomOf,
  roomOf,
} from './schedule.ts';

/** What fanout keeps between ticks, in memory: a restart costs one extra attempt a chain. */
export type Memory = {
  readonly attempts: ReadonlyMap<string, Attempts>;
  /** Forced, and found no room yet. */
  readonly forced: ReadonlySet<string>;
  /** When the request was published that each chain's ledger came of, by our own clock: mint's may be another. */
  readonly served: ReadonlyMap<string, Date>;
};

export const noMemory: Memory = { attempts: new Map(), forced: new Set(), served: new Map() };

/** A chain with what a tick needs to know of it. */
export type Situation = {
  readonly chain: Chain;
  readonly digest: string;
  readonly ledger: Ledger | undefined;
};

/** A rotation to ask for. */
export type Planned = Situation & { readonly forced: boolean };

export type TickPlan = {
  /** The soonest to expire first. */
  readonly publish: readonly Planned[];
  /** Due, and without room in this tick. */
  readonly waiting: readonly string[];
  /** Of those that wait: its reader will find less than it may expect before the next tick. */
  readonly late: readonly string[];
  readonly paused: readonly string[];
  readonly memory: Memory;
};

/** What a rotation of it would be asked for: another definition, or another version to replace, is another. */
const askedOf = ({ digest, ledger }: Situation): string => `${digest} ${ledger?.current ?? 0}`;

type Candidate = Planned & { readonly attempts: Attempts | undefined };

/** Why a chain is due, by the clock that asked for its last rotation. */
const dueBy =
  ({ tickEverySeconds }: ChainFile, served: Memory['served'], now: Date) =>
  ({ chain, digest, ledger }: Situation): DueReason | undefined =>
    dueReasonOf(chain, digest, byOurClock(ledger, served.get(chain.name)), now, tickEverySeconds);

const isForced = ({ chain }: Situation, tick: Tick, memory: Memory): boolean =>
  tick.force || memory.forced.has(chain.name);

/**
 * Which chains `planTick` has anything to say, to remember or to forget of: its plan is the same without the others, some twenty-nine of
 * thirty.
 */
export function concerns(
  file: ChainFile,
  tick: Tick,
  memory: Memory,
  now: Date,
): (situation: Situation) => boolean {
  const dueReason = dueBy(file, memory.served, now);
  return (situation) =>
    memory.attempts.has(situation.chain.name) ||
    isForced(situation, tick, memory) ||
    isPaused(situation.chain, file, now) ||
    dueReason(situation) !== undefined;
}

/** What a tick publishes now, given what Secret Manager says and what earlier ticks have tried. */
export function planTick(
  file: ChainFile,
  situations: readonly Situation[],
  tick: Tick,
  memory: Memory,
  now: Date,
): TickPlan {
  const only = tick.only && new Set(tick.only);
  const asked = only ? situations.filter(({ chain }) => only.has(chain.name)) : situations;
  const { paused = [], running = [] } = Object.groupBy(asked, ({ chain }) =>
    isPaused(chain, file, now) ? 'paused' : 'running',
  );

  const served = servedAfter(memory, situations);
  const dueReason = dueBy(file, served, now);

  const due = running.flatMap((situation): Candidate[] => {
    const { name } = situation.chain;
    const forced = isForced(situation, tick, memory);
    if (!forced && !dueReason(situation)) return [];
    const known = memory.attempts.get(name);
    const attempts = known?.of === askedOf(situation) ? known : undefined;
    if (!forced && attempts && now < nextAttemptAt(attempts)) return [];
    return [{ ...situation, forced, attempts }];
  });

  const expiry = ({ ledger }: Situation) => ledger?.expiresAt.getTime() ?? 0;
  const publish: Candidate[] = [];
  const waiting: Candidate[] = [];
  const taken = new Map<string, { all: number; retries: number }>();
  const room = roomOf(file.writesPerMinute, file.tickEverySeconds);
  for (const candidate of due.toSorted((a, b) => expiry(a) - expiry(b))) {
    const project = projectOfSecret(candidate.chain.secret);
    const used = taken.get(project) ?? { all: 0, retries: 0 };
    const retry = candidate.attempts !== undefined && !candidate.forced;
    if (used.all >= room || (retry && used.retries >= retryRoomOf(room))) {
      waiting.push(candidate);
    } else {
      publish.push(candidate);
      taken.set(project, { all: used.all + 1, retries: used.retries + (retry ? 1 : 0) });
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
      served,
      attempts: attemptsAfter(memory, running, publish, dueReason, now),
      forced: new Set([
        ...situations
          .map(({ chain }) => chain.name)
          .filter((name) => memory.forced.has(name) && only && !only.has(name)),
        ...waiting.filter(({ forced }) => forced).map(({ chain }) => chain.name),
      ]),
    },
  };
}

/** Forgets what is due no longer, keeps what is, and counts what is published. */
function attemptsAfter(
  memory: Memory,
  running: readonly Situation[],
  published: readonly Candidate[],
  dueReason: (situation: Situation) => DueReason | undefined,
  now: Date,
): Map<string, Attempts> {
  const kept = new Map(memory.attempts);
  for (const situation of running) {
    const { name } = situation.chain;
    if (!kept.has(name)) continue;
    if (!dueReason(situation) || kept.get(name)?.of !== askedOf(situation)) kept.delete(name);
  }
  for (const { attempts, ...situation } of published) {
    kept.set(situation.chain.name, {
      of: askedOf(situation),
      replaces: situation.ledger?.current ?? 0,
      lastAt: now,
      firstAt: attempts?.firstAt ?? now,
      count: (attempts?.count ?? 0) + 1,
    });
  }
  return kept;
}

/** A chain whose ledger has another version than was to be replaced has been served, at the time of that request. */
function servedAfter(
  { attempts, served }: Memory,
  situations: readonly Situation[],
): Map<string, Date> {
  const after = new Map(served);
  for (const { chain, ledger } of situations) {
    const asked = attempts.get(chain.name);
    if (asked && ledger && ledger.current !== asked.replaces) after.set(chain.name, asked.lastAt);
  }
  return after;
}

/** Where mint's clock is behind ours, what it has just minted would seem to be older than the instant that it was minted for. */
const byOurClock = (ledger: Ledger | undefined, servedAt: Date | undefined): Ledger | undefined =>
  ledger && servedAt && servedAt > ledger.mintedAt ? { ...ledger, mintedAt: servedAt } : ledger;
