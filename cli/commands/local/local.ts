import type { Exit, Io } from '../../terminal/io.ts';
import { localClient } from '../start/local-client.ts';
import { type OwnCloud, openLocalCloud, seedFrom } from '../start/open-cloud.ts';
import { Stop } from '../start/stop.ts';

/** Runs the local cloud in the foreground until Ctrl-C. */
export async function local(
  { port, seed }: { readonly port: number; readonly seed?: string },
  io: Io,
): Promise<Exit> {
  let cloud: OwnCloud | undefined;
  try {
    cloud = await openLocalCloud(port, io);
    if (seed !== undefined) await seedFrom(seed, localClient(cloud.url), io);
    io.out(`LOCAL    ${cloud.url}\n`);
    if (!io.signal.aborted) {
      await new Promise((resolve) => io.signal.addEventListener('abort', resolve));
    }
    return 0;
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    io.err(`hopmint local: ${error.message}\n`);
    return error.exit;
  } finally {
    await cloud?.close();
  }
}
