import { OFTEN } from '../ledger/recent-heals.ts';
import { rotationsPerMinute } from './schedule.ts';

export type HealingMemory = {
  /** When each chain was healed within the last hour. */
  readonly healedAt: ReadonlyMap<string, readonly Date[]>;
  /** The chains that wait for a check, with the time of the check. */
  readonly waiting: ReadonlyMap<string, Date>;
  /** When an event named each chain. A list may show an older state, so each tick checks these chains for some minutes. */
  readonly namedAt: ReadonlyMap<string, Date>;
};

export const NOTHING_HEALED: HealingMemory = {
  healedAt: new Map(),
  waiting: new Map(),
  namedAt: new Map(),
};

/** A tick has chains to check. */
export const hasChecks = ({ waiting, namedAt }: HealingMemory): boolean =>
  waiting.size > 0 || namedAt.size > 0;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** A chain that was healed often is healed so many milliseconds apart. */
const THEN_EVERY_MS = 600_000;
/** An event may arrive so long before the lists show its change. */
const LISTED_WITHIN_MS = 180_000;
/** A chain for which a rotation was requested is checked again by the next tick after this time. */
const CHECKED_AGAIN_MS = 45_000;

/** Healing leaves four fifths of the writes to the schedule. */
export const healsPerMinute = (writesPerMinute: number): number =>
  Math.max(1, Math.floor(rotationsPerMinute(writesPerMinute) / 5));

export type HealingPlan = {
  readonly heal: readonly string[];
  /** Chains that were healed three times within the last hour, and now wait. */
  readonly limited: readonly string[];
  readonly memory: HealingMemory;
};

/**
 * Decides which of the chains that need healing are healed now. The others wait for a later tick: healing uses at most a fifth of the write
 * quota, and a chain that somebody breaks again and again must not use all of it.
 *
 * @param names chains whose readers get no usable credential
 * @param requestedAt when a rotation was last requested; undefined if that is long ago
 */
export function planHealing(
  names: readonly string[],
  { healedAt, waiting, namedAt }: HealingMemory,
  requestedAt: (name: string) => Date | undefined,
  writesPerMinute: number,
  now: Date,
): HealingPlan {
  const recent = withinHour(healedAt, now);
  const later = new Map(waiting);
  const heal: string[] = [];
  const limited: string[] = [];
  const inLastMinute = [...recent.values()]
    .flat()
    .filter((at) => now.getTime() - at.getTime() < MINUTE_MS).length;
  let room = healsPerMinute(writesPerMinute) - inLastMinute;
  for (const name of new Set(names)) {
    const times = recent.get(name) ?? [];
    const allowedAt = allowedAtAfter(times, now);
    later.delete(name);
    const checkAt = new Date(+(requestedAt(name) ?? 0) + CHECKED_AGAIN_MS);
    if (checkAt > now) {
      later.set(name, checkAt);
    } else if (allowedAt > now) {
      limited.push(name);
      later.set(name, allowedAt);
    } else if (room <= 0) {
      later.set(name, now);
    } else {
      room--;
      heal.push(name);
      recent.set(name, [...times, now]);
      // The list may have shown the ledger before the last rotation. Then mint drops the request, because it is done already.
      later.set(name, new Date(+now + CHECKED_AGAIN_MS));
    }
  }
  const broken = new Set(names);
  const stillNamed = [...namedAt].filter(
    ([name, at]) => !broken.has(name) && now.getTime() - at.getTime() < LISTED_WITHIN_MS,
  );
  const memory = { healedAt: recent, waiting: later, namedAt: new Map(stillNamed) };
  return { heal, limited, memory };
}

function withinHour(healedAt: HealingMemory['healedAt'], now: Date): Map<string, readonly Date[]> {
  return new Map(
    [...healedAt].flatMap(([name, times]) => {
      const left = times.filter((at) => now.getTime() - at.getTime() < HOUR_MS);
      return left.length > 0 ? [[name, left] as const] : [];
    }),
  );
}

/** When a chain that was healed at these times within the last hour may be healed again. */
const allowedAtAfter = (times: readonly Date[], now: Date): Date =>
  times.length < OFTEN ? now : new Date(+(times.at(-1) as Date) + THEN_EVERY_MS);

/**
 * Counts the healing that an audit asks for, with the limit of `planHealing`. A chain that was healed within the last minute is not healed again:
 * the audit may have read its versions before.
 *
 * @param names chains whose readers get no usable credential
 */
export function countHealing(
  names: readonly string[],
  memory: HealingMemory,
  now: Date,
): HealingPlan {
  const healedAt = withinHour(memory.healedAt, now);
  const heal: string[] = [];
  const limited: string[] = [];
  for (const name of new Set(names)) {
    const times = healedAt.get(name) ?? [];
    if (allowedAtAfter(times, now) > now) {
      limited.push(name);
    } else if (+now - +(times.at(-1) ?? 0) >= MINUTE_MS) {
      heal.push(name);
      healedAt.set(name, [...times, now]);
    }
  }
  return { heal, limited, memory: { ...memory, healedAt } };
}

/** A chain that was checked and is sound waits no longer. */
export function forgetSound(memory: HealingMemory, sound: readonly string[]): HealingMemory {
  const names = new Set(sound);
  const waiting = new Map([...memory.waiting].filter(([name]) => !names.has(name)));
  return { ...memory, waiting };
}

/** An event names these chains. */
export const withNamed = (
  memory: HealingMemory,
  names: readonly string[],
  now: Date,
): HealingMemory => ({
  ...memory,
  namedAt: new Map([...memory.namedAt, ...names.map((name) => [name, now] as const)]),
});
