import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';
import { err, ok, type Result } from '../../../shared/domain/basics/result.ts';
import type { Io } from '../../terminal/io.ts';

/** What git knows of the files that are published. */
export type Checkout = {
  /** The commit that is checked out. */
  readonly commit: string;
  /** The path of each file from the root of the repository. */
  readonly pathOf: (path: string) => string;
  /** The files of which the commit has other contents, or none. */
  readonly uncommitted: readonly string[];
  /** Whether `commit` is an ancestor of the one that is checked out, or is that one. The error says why git does not know. */
  readonly hasAncestor: (commit: string) => Promise<Result<boolean, string>>;
};

type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** Runs git in a folder, without a shell. */
function git(folder: string, args: readonly string[], { env, signal }: Pick<Io, 'env' | 'signal'>) {
  return new Promise<Result<Ran, string>>((resolve) => {
    // A repository can configure a command for fsmonitor: it is not run.
    const safe = ['-c', 'core.fsmonitor=false', '-C', folder, ...args];
    execFile('git', safe, { env, signal, maxBuffer: 10_000_000 }, (error, stdout, stderr) => {
      if (!error) return resolve(ok({ code: 0, out: stdout, err: stderr }));
      if (error.code === 'ENOENT') return resolve(err('git is not installed'));
      if (typeof error.code !== 'number') return resolve(err(`git did not end: ${error.message}`));
      return resolve(ok({ code: error.code, out: stdout, err: stderr }));
    });
  });
}

const firstLineOf = (text: string): string => text.trim().split('\n')[0] ?? '';

/** @param paths files of one folder */
export async function checkoutOf(
  paths: readonly string[],
  io: Pick<Io, 'env' | 'signal'>,
): Promise<Result<Checkout, string>> {
  const [first] = paths;
  if (first === undefined || first.startsWith('gs://')) {
    return err('the sources are not in a git repository');
  }
  const folder = dirname(first);
  const run = (...args: string[]) => git(folder, args, io);
  const found = await run('rev-parse', '--show-prefix', '--verify', 'HEAD^{commit}');
  if (!found.ok) return found;
  const [prefix, commit] = found.value.out.split('\n');
  if (found.value.code !== 0 || prefix === undefined || !commit) {
    return err(firstLineOf(found.value.err).replace(/^fatal: /, '') || 'git gave no commit');
  }
  const pathOf = (path: string) => prefix + basename(path);
  const names = paths.map((path) => basename(path));
  const status = ['status', '--porcelain', '-z', '--ignored', '--untracked-files=all'];
  const changed = await run(...status, '--', ...names);
  if (!changed.ok) return changed;
  if (changed.value.code !== 0) return err(firstLineOf(changed.value.err));
  // An entry is two letters, a space, and a path from the root. The path of an ignored folder ends in a slash.
  const entries = changed.value.out.split('\0').map((entry) => entry.slice(3));
  const isIn = (path: string, entry: string) =>
    path === entry || (entry.endsWith('/') && path.startsWith(entry));
  return ok({
    commit,
    pathOf,
    uncommitted: paths.filter((path) => entries.some((entry) => isIn(pathOf(path), entry))),
    hasAncestor: (ancestor) => hasAncestor(ancestor, run),
  });
}

/** An object name of git's, and no option. */
const OBJECT_NAME = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

async function hasAncestor(
  ancestor: string,
  run: (...args: string[]) => Promise<Result<Ran, string>>,
): Promise<Result<boolean, string>> {
  if (!OBJECT_NAME.test(ancestor)) return err('the published file names no git commit');
  const isKnown = await run('cat-file', '-e', `${ancestor}^{commit}`);
  const shallow = await run('rev-parse', '--is-shallow-repository');
  if (!isKnown.ok) return isKnown;
  const isShallow = shallow.ok && shallow.value.out.trim() === 'true';
  const incomplete = 'this clone is shallow: fetch the whole history to have this checked';
  if (isKnown.value.code !== 0) {
    return err(isShallow ? incomplete : `commit ${ancestor} is not in this repository`);
  }
  const answer = await run('merge-base', '--is-ancestor', ancestor, 'HEAD');
  if (!answer.ok) return answer;
  if (answer.value.code === 0) return ok(true);
  if (isShallow) return err(incomplete); // the connection may be in the part that is missing
  return answer.value.code === 1 ? ok(false) : err(firstLineOf(answer.value.err));
}
