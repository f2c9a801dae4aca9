import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../shared/domain/basics/printable.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { ChainFileText } from '../../shared/domain/chain-file/parse.ts';
import type { Io } from '../terminal/io.ts';

/** The texts that `--file` names: one file, the files of a folder, or an object of Cloud Storage. */
export type SourceTexts = {
  readonly texts: readonly ChainFileText[];
  /** For an object, its generation; for files, the time of the last change in milliseconds. */
  readonly generation: string;
};

/** A file that cannot be read, and what to do about it. */
export type Unreadable = { readonly path: string; readonly message: string };

export type ReadSource = (source: string) => Promise<Result<SourceTexts, Unreadable>>;

/** Reads files with the rights of this process, and an object with the identity of the operator. */
export const readSource =
  (io: Pick<Io, 'env' | 'now' | 'signal'>): ReadSource =>
  (source) => {
    if (source.startsWith('gs://')) return readObject(source, io);
    return readPath(source);
  };

/** The bucket and the name of `gs://bucket/name`. */
export function parseObjectUrl(url: string): { bucket: string; name: string } | undefined {
  const [, bucket, name] = /^gs:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
  return bucket && name ? { bucket, name } : undefined;
}

export const OBJECT_URL_HINT =
  'write the bucket and the object, as in gs://acme-ops-hopmint-chains/chains.jsonl';

async function readObject(
  url: string,
  io: Pick<Io, 'env' | 'now' | 'signal'>,
): Promise<Result<SourceTexts, Unreadable>> {
  const unreadable = (message: string) => err({ path: url, message });
  const location = parseObjectUrl(url);
  if (!location) return unreadable(OBJECT_URL_HINT);
  const { operatorCloud } = await import('./operator.ts');
  const operator = await operatorCloud(io);
  if (!operator.ok) return unreadable(operator.error);
  const { bucket, name } = location;
  const read = await operator.value.cloud.objects.read(bucket, name, io.signal);
  if (!read.ok) {
    const { detail, permission } = read.error;
    const missing = permission === undefined ? '' : `: you need ${permission} on the bucket`;
    return unreadable(`this object cannot be read: ${printable(detail)}${missing}`);
  }
  if (!read.value) return unreadable('there is no such object');
  const { text, generation } = read.value;
  return ok({ texts: [{ path: url, text }], generation });
}

async function readPath(path: string): Promise<Result<SourceTexts, Unreadable>> {
  try {
    const entry = await stat(path);
    return entry.isDirectory() ? await readFolder(path) : await readFiles([path]);
  } catch (thrown) {
    return err({ path, message: messageOf((thrown as NodeJS.ErrnoException).code) });
  }
}

/** Schemas for editors, as `./hopmint init` writes one, are not chain files. */
const isChainFileName = (name: string): boolean =>
  /\.(ya?ml|json)$/i.test(name) && !/\.schema\.json$/i.test(name) && !name.startsWith('.');

/** Reads the files of one folder, in the order of their names. Subfolders and hidden files are ignored. */
async function readFolder(folder: string): Promise<Result<SourceTexts, Unreadable>> {
  const names = (await readdir(folder)).filter(isChainFileName).sort();
  const paths: string[] = [];
  for (const name of names) {
    const path = join(folder, name);
    const entry = await stat(path).catch(() => undefined); // a dangling symlink: reading it gives the message
    if (!entry?.isDirectory()) paths.push(path);
  }
  if (paths.length > 0) return readFiles(paths);
  return err({
    path: folder,
    message: `this folder has no chain file (*.yaml, *.yml or *.json): write a first one with "./hopmint init -f ${join(folder, 'chains.yaml')}"`,
  });
}

async function readFiles(paths: readonly string[]): Promise<Result<SourceTexts, Unreadable>> {
  const texts: ChainFileText[] = [];
  let changedMs = 0;
  // A byte order mark stays in the text: the published file has the SHA-256 of the bytes.
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  for (const path of paths) {
    try {
      texts.push({ path, text: decoder.decode(await readFile(path)) });
      changedMs = Math.max(changedMs, (await stat(path)).mtimeMs);
    } catch (thrown) {
      return err({ path, message: messageOf((thrown as NodeJS.ErrnoException).code) });
    }
  }
  return ok({ texts, generation: String(changedMs) });
}

function messageOf(code: string | undefined): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no such file: write a first one with "./hopmint init", or name another with --file';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'this is not UTF-8 text: save the file as UTF-8';
    case 'EACCES':
      return 'you have no permission to read this file: check its owner and mode';
    default:
      return `this file cannot be read (${code ?? 'unknown error'})`;
  }
}
