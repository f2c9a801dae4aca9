import { lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../terminal/io.ts';
import { listens } from '../start/function.ts';
import { Stop } from '../start/stop.ts';

type Env = Io['env'];

/** One folder for each user. It holds one folder for each `local env`: the port of the local cloud, and random letters. */
const rootIn = (env: Env): string =>
  join(env.TMPDIR ?? tmpdir(), `hopmint-local-${process.getuid?.() ?? 'user'}`);
const OURS = /^(\d+)-\w{6}$/;

/**
 * Makes a folder that only this user can open, for the token and the gcloud configuration of one `local env`.
 *
 * @throws {Stop} if somebody else may have made the folder above it
 */
export async function makeTokenFolder(port: number, env: Env): Promise<string> {
  const path = rootIn(env);
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!(await isPrivate(path))) {
    throw new Stop(2, `${path} must be a folder that only you can open: remove it and try again`);
  }
  return mkdtemp(join(path, `${port}-`));
}

/** Removes the folders that belong to a local cloud that has ended, or that ended before the one on this port began. */
export async function removeTokenFolders(port: number, env: Env): Promise<void> {
  await removeWhere(env, async (owner) => owner === port);
}

/** Removes the folders of every local cloud that no longer runs. A killed process leaves its folders behind. */
export async function removeDeadTokenFolders(env: Env): Promise<void> {
  await removeWhere(env, async (owner) => !(await listens(owner)));
}

async function removeWhere(env: Env, isDead: (port: number) => Promise<boolean>): Promise<void> {
  const path = rootIn(env);
  if (!(await isPrivate(path))) return;
  for (const name of await readdir(path)) {
    const [, port] = OURS.exec(name) ?? [];
    if (port !== undefined && (await isDead(Number(port)))) {
      await rm(join(path, name), { recursive: true, force: true });
    }
  }
}

/** Everybody may write to the directory above, so another user may have made a folder or a link of this name. */
async function isPrivate(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  if (!found?.isDirectory()) return false;
  return found.uid === (process.getuid?.() ?? found.uid) && (found.mode & 0o077) === 0;
}
