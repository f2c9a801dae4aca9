import { type Backoff, withBackoff } from '../../../shared/domain/basics/backoff.ts';

/** A clock that moves only while somebody waits, and the waits so far. */
function simulated(random = 0.5) {
  const waitedMs: number[] = [];
  return {
    waitedMs,
    waits: {
      elapsedMs: () => waitedMs.reduce((sum, ms) => sum + ms, 0),
      wait: async (ms: number, signal: AbortSignal) => {
        signal.throwIfAborted();
        waitedMs.push(ms);
      },
      random: () => random,
    },
  };
}
const never = new AbortController().signal;
const succeedsAt = (attempt: number) => {
  let made = 0;
  return async () => ++made >= attempt;
};
const isTrue = (result: boolean) => result;

describe('a back-off', () => {
  const backoff: Backoff = { firstWaitMs: 100, longestWaitMs: 400 };

  it('does not wait after a result that is final', async () => {
    const { waits, waitedMs } = simulated();
    expect(await withBackoff(succeedsAt(1), isTrue, backoff, never, waits)).toBe(true);
    expect(waitedMs).toEqual([]);
  });

  it('doubles the wait up to the longest one', async () => {
    const { waits, waitedMs } = simulated();
    expect(await withBackoff(succeedsAt(6), isTrue, backoff, never, waits)).toBe(true);
    expect(waitedMs).toEqual([100, 200, 400, 400, 400]);
  });

  it.each([
    { title: 'half', random: 0, ms: 50 },
    { title: 'one and a half', random: 0.99, ms: 149 },
  ])('waits $title of it at the extreme', async ({ random, ms }) => {
    const { waits, waitedMs } = simulated(random);
    await withBackoff(succeedsAt(2), isTrue, backoff, never, waits);
    expect(waitedMs).toEqual([ms]);
  });

  it('returns the last result after the largest number of attempts', async () => {
    const { waits, waitedMs } = simulated();
    const three = { ...backoff, attempts: 3 };
    expect(await withBackoff(succeedsAt(4), isTrue, three, never, waits)).toBe(false);
    expect(waitedMs).toEqual([100, 200]);
  });

  it('starts no attempt after its time is over', async () => {
    const { waits, waitedMs } = simulated();
    const second = { ...backoff, forMs: 1000 };
    expect(await withBackoff(succeedsAt(9), isTrue, second, never, waits)).toBe(false);
    expect(waitedMs).toEqual([100, 200, 400]);
  });

  it('makes no other attempt after its signal aborts during one', async () => {
    const { waits, waitedMs } = simulated();
    const abort = new AbortController();
    let made = 0;
    const attempt = async () => {
      if (++made === 2) abort.abort();
      return made;
    };
    expect(await withBackoff(attempt, () => false, backoff, abort.signal, waits)).toBe(2);
    expect(waitedMs).toEqual([100]);
  });

  it('makes no other attempt after its signal aborts during a wait', async () => {
    const { waits } = simulated();
    const abort = new AbortController();
    const wait = async () => {
      abort.abort();
      abort.signal.throwIfAborted();
    };
    let made = 0;
    const attempt = async () => ++made;
    const waiting = { ...waits, wait };
    expect(await withBackoff(attempt, () => false, backoff, abort.signal, waiting)).toBe(1);
  });
});
