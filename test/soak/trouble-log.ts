import type { Chain } from '../../shared/domain/chain/chain.ts';

const MINUTE_MS = 60_000;

/** An attempt needs this time without trouble: two attempts in the retry window are at most five minutes apart, and a tick may be a minute late. */
const TIME_FOR_ATTEMPT_MS = 6 * MINUTE_MS;

/** After several failures the next attempt comes within half an hour. So this time without trouble is always enough for an attempt. */
const TIME_FOR_LATE_ATTEMPT_MS = 36 * MINUTE_MS;

/** Milliseconds since 1970. Without `chain`, the trouble concerns all chains. */
type Trouble = { readonly from: number; readonly to: number; readonly chain?: string };

/** The troubles of a soak. It decides whether they excuse that a chain was not rotated in time. */
export class TroubleLog {
  readonly counts = new Map<string, number>();
  #troubles: Trouble[] = [];

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  add(name: string, trouble: Trouble): void {
    this.count(name);
    this.#troubles.push(trouble);
  }

  /**
   * Whether the troubles left no time for an attempt, from when the chain was due to the end of its retry window, or to now if that is
   * earlier.
   *
   * @param dueAt milliseconds since 1970, like `now`
   */
  isExcused({ name, retryWindowSeconds }: Chain, dueAt: number, now: number): boolean {
    const until = dueAt + retryWindowSeconds * 1000 + MINUTE_MS;
    const troubles = this.#troubles
      .filter(({ from, to, chain = name }) => chain === name && to >= dueAt && from <= now)
      .sort((a, b) => a.from - b.from);
    if (troubles.length === 0) return false;
    let quietSince = dueAt;
    for (const { from, to } of [...troubles, { from: now, to: now }]) {
      if (Math.min(from, until) - quietSince >= TIME_FOR_ATTEMPT_MS) return false;
      if (from - quietSince >= TIME_FOR_LATE_ATTEMPT_MS) return false;
      quietSince = Math.max(quietSince, to);
    }
    return true;
  }

  hasSince(chain: Chain, since: number): boolean {
    return this.hasBetween(chain, since, Number.POSITIVE_INFINITY);
  }

  hasBetween({ name }: Chain, start: number, end: number): boolean {
    return this.#troubles.some(
      ({ from, to, chain = name }) => chain === name && to >= start && from <= end,
    );
  }

  forgetBefore(time: number): void {
    this.#troubles = this.#troubles.filter(({ to }) => to >= time);
  }
}
