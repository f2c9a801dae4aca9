import { z } from 'zod';
import { nodeFetchText } from './fetch.ts';

const TIMEOUT_MS = 1000;
/** Many requests that arrive together need one read. */
const READ_AT_MOST_EVERY_MS = 100;

const Answer = z.object({ aheadSeconds: z.number() });

/** The clock of a local cloud, which its user can move. Everything that runs against the local cloud follows it. */
export type LocalClock = {
  readonly now: () => Date;
  /** Reads how far the clock is ahead of the clock of the machine. Without an answer nothing changes. Never throws. */
  readonly refresh: () => Promise<void>;
};

/** @param cloudUrl a loopback address. @param machineTime the time without a move */
export function localClock(cloudUrl: string, machineTime: () => Date): LocalClock {
  const url = `${cloudUrl.replace(/\/+$/, '')}/_local/clock`;
  let aheadMs = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await nodeFetchText(url, { signal });
      aheadMs = Answer.parse(JSON.parse(await response.text())).aheadSeconds * 1000;
    } catch {
      // The command or the function reports in its own words that no local cloud answers.
    }
    readAt = machineTime().getTime();
    reading = undefined;
  }

  return {
    now: () => new Date(machineTime().getTime() + aheadMs),
    async refresh() {
      const age = machineTime().getTime() - readAt;
      if (age >= 0 && age < READ_AT_MOST_EVERY_MS) return;
      reading ??= read();
      await reading;
    },
  };
}
