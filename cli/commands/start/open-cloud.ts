import { readFile } from 'node:fs/promises';
import type { Io } from '../../terminal/io.ts';
import { removeDeadTokenFolders, removeTokenFolders } from '../local/token-folders.ts';
import type { LocalClient } from './local-client.ts';
import { Stop } from './stop.ts';

/** @throws {Stop} if the file cannot be read */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new Stop(2, `${path} cannot be read`);
  }
}

export type OwnCloud = { readonly url: string; close(): Promise<void> };

/**
 * Starts a local cloud in this process. The code of the local cloud is loaded only now. When it ends, the token folders of `local env` for its
 * port are removed. Those that a killed local cloud left are removed now.
 *
 * @param port 0 for any free port
 * @throws {Stop} if the port is in use
 */
export async function openLocalCloud(port: number, io: Io): Promise<OwnCloud> {
  const { startLocalCloud } = await import('../../../local/cloud.ts');
  const log = (line: string) => io.err(`local cloud: ${line}\n`);
  const cloud = await startLocalCloud({ port, log }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw new Stop(2, `port ${port} is not available (${error.code}): choose another with --port`);
  });
  const ownPort = Number(new URL(cloud.url).port);
  await removeTokenFolders(ownPort, io.env);
  await removeDeadTokenFolders(io.env);
  return {
    url: cloud.url,
    async close() {
      await cloud.close();
      await removeTokenFolders(ownPort, io.env);
    },
  };
}

/**
 * Adds a world file to a local cloud, and prints its warnings on standard error.
 *
 * @throws {Stop} with all its faults
 */
export async function seedFrom(path: string, cloud: LocalClient, io: Io): Promise<void> {
  try {
    for (const line of await cloud.seed(await readText(path))) io.err(`${path}: ${line}\n`);
  } catch (error) {
    throw error instanceof Stop ? new Stop(error.exit, `${path}: ${error.message}`) : error;
  }
}
