import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clockOf } from '../../operator/clock.ts';
import type { Io } from '../../terminal/io.ts';
import { type LocalClient, localClient } from './local-client.ts';
import { openLocalCloud, seedFrom } from './open-cloud.ts';

export type StartOptions = {
  readonly once?: boolean;
  readonly world?: string;
  readonly source?: string;
  readonly port?: number;
  readonly json?: boolean;
  readonly verbose?: boolean;
};

const PORT = 8787;
/** A file in the folder `examples`. */
export const example = (name: string) =>
  fileURLToPath(new URL(`../../../examples/${name}`, import.meta.url));

/**
 * The local cloud that `HOPMINT_CLOUD` names, or one of its own. With `--world`, or if it is its own, gets a world.
 *
 * @param atEnd gets what closes it
 */
export async function openCloud(
  { once, json, port = once ? 0 : PORT, world }: StartOptions,
  io: Io,
  atEnd: (stop: () => Promise<void>) => void,
): Promise<LocalClient> {
  // A running local cloud has a world already: only a world that is given with --world is added.
  const running = io.env.HOPMINT_CLOUD;
  let url = running;
  if (url === undefined) {
    const cloud = await openLocalCloud(port, io);
    atEnd(() => cloud.close());
    url = cloud.url;
  }
  const client = localClient(url);
  const worldPath = world ?? (running === undefined ? example('world.yaml') : undefined);
  if (worldPath !== undefined) await seedFrom(shown(worldPath), client, io);
  if (!json) io.out(`LOCAL    ${url}, ${worldPath ? shown(worldPath) : 'its own world'}\n\n`);
  return client;
}

/** The local cloud's time. Its clock can move while this command runs. */
export async function timeOf(
  cloud: LocalClient,
  io: Io,
  atEnd: (stop: () => Promise<void>) => void,
): Promise<Io['now']> {
  if (io.env.HOPMINT_CLOUD !== undefined) return io.now; // follows it already
  const { now, stop } = await clockOf(cloud.url, io.now);
  atEnd(async () => stop());
  return now;
}

/** A path in the current folder in its short form. */
export const shown = (path: string): string => {
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
};
