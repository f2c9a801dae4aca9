import { isLoopbackUrl } from '../../shared/domain/basics/loopback.ts';

/** A command that runs for long follows a move within this time. */
const READ_EVERY_MS = 1000;

export type Clock = { readonly now: () => Date; readonly stop: () => void };

/**
 * The time of the local cloud. Without a local cloud, the time of the machine.
 *
 * @param cloudUrl the value of `HOPMINT_CLOUD`. An address that is not loopback gets no request: the command refuses it
 */
export async function clockOf(
  cloudUrl: string | undefined,
  machineTime: () => Date,
): Promise<Clock> {
  if (cloudUrl === undefined || !isLoopbackUrl(cloudUrl)) {
    return { now: machineTime, stop: () => undefined };
  }
  const { localClock } = await import('../../shared/google/wire/local-clock.ts');
  const { now, refresh } = localClock(cloudUrl, machineTime);
  await refresh();
  const timer = setInterval(() => void refresh(), READ_EVERY_MS).unref();
  return { now, stop: () => clearInterval(timer) };
}
