import type { Chain } from '../../shared/domain/chain/chain.ts';

const MINUTE_MS = 60_000;

/** Between two attempts within the retry window lie at most five minutes; a tick may be one late. */
const HEALTHY_MS = 6 * MINUTE_MS;

/** After that many, the next attempt comes within half an hour. */
const RECOVERED_MS = 36 * MINUTE_MS;

/** Milliseconds since 1970. `chain`: it was the trouble of one chain alone. */
type Trouble = { readonly from: number; readonly to: number; readonly chain?: string };

/**
 * What went wrong when, so that it can be said whether a reader may see less than it should: only where Google was not well for long enough
 * for one attempt, from when a chain was due until its retry window was over.
 */
export class Troubles {
  readonly counts = new Map<string, number>();
  #all: Trouble[] = [];

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  note(name: string, trouble: Trouble): void {
    this.count(name);
    this.#all.push(trouble);
  }

  /**
   * @param dueAt when the chain was due
   * @returns whether no rotation could be expected since
   */
  excuse({ name, retryWindowSeconds }: Chain, dueAt: number, now: number): boolean {
    const until = dueAt + retryWindowSeconds * 1000 + MINUTE_MS;
    const met = this.#all
      .filter(({ from, to, chain = name }) => chain === name && to >= dueAt && from <= now)
      .sort((a, b) => a.from - b.from);
    if (met.length === 0) return false;
    let wellSince = dueAt;
    for (const { from, to } of [...met, { from: now, to: now }]) {
      if (Math.min(from, until) - wellSince >= HEALTHY_MS) return false;
      if (from - wellSince >= RECOVERED_MS) return false;
      wellSince = Math.max(wellSince, to);
    }
    return true;
  }

  /** Whether anything troubled the chain since then. */
  anySince(chain: Chain, since: number): boolean {
    return this.anyIn(chain, since, Number.POSITIVE_INFINITY);
  }

  /** Whether anything troubled the chain meanwhile. */
  anyIn({ name }: Chain, start: number, end: number): boolean {
    return this.#all.some(
      ({ from, to, chain = name }) => chain === name && to >= start && from <= end,
    );
  }

  /** Nobody asks for what was before. */
  forget(before: number): void {
    this.#all = this.#all.filter(({ to }) => to >= before);
  }
}
