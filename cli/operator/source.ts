import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sink } from '../../shared/cloud/objects.ts';
import type { Failure } from '../../shared/domain/basics/failure.ts';
import { parseObjectLocation } from '../../shared/domain/basics/object-location.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import { printable } from '../../shared/domain/basics/text/printable.ts';
import type { ChainFileText } from '../../shared/domain/chain-file/parse.ts';
import { WRITTEN_BY } from '../../shared/domain/published/header.ts';
import type { Io } from '../terminal/io.ts';

/** The texts that `--file` names: one file, the files of a folder, or an object of Cloud Storage. */
export type SourceTexts = {
  readonly texts: readonly ChainFileText[];
  /** For an object, its generation; for files, the time of the last change in milliseconds. */
  readonly generation: string;
  readonly writtenAt?: Date;
  /** For an object, the identity that published it, as the publisher states it. */
  readonly writtenBy?: string;
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

export const OBJECT_URL_HINT =
  'write the bucket and the object, as in gs://acme-ops-hopmint-chains/chains.jsonl';

async function readObject(
  url: string,
  io: Pick<Io, 'env' | 'now' | 'signal'>,
): Promise<Result<SourceTexts, Unreadable>> {
  const unreadable = (message: string) => err({ path: url, message });
  const location = parseObjectLocation(url);
  if (!location) return unreadable(OBJECT_URL_HINT);
  const { operatorCloud } = await import('./operator.ts');
  const operator = await operatorCloud(io);
  if (!operator.ok) return unreadable(operator.error);
  const { objects } = operator.value.cloud;
  const refused = ({ detail, permission }: Failure) => {
    const missing = permission === undefined ? '' : `: you need ${permission} on the bucket`;
    return unreadable(`this object cannot be read: ${printable(detail)}${missing}`);
  };
  const live = await objects.live(location, io.signal);
  if (!live.ok) return refused(live.error);
  if (!live.value) return unreadable('there is no such object');
  const { generation, updated, metadata } = live.value;
  const text = await objects.download(location, generation, textSink, io.signal);
  if (!text.ok) return refused(text.error);
  const writtenBy = metadata[WRITTEN_BY];
  return ok({
    texts: [{ path: url, text: text.value }],
    generation,
    writtenAt: updated,
    ...(writtenBy !== undefined && { writtenBy }),
  });
}

function textSink(): Sink<string> {
  const pieces: Buffer[] = [];
  return {
    take: (bytes) => pieces.push(Buffer.from(bytes)),
    end: () => Buffer.concat(pieces).toString(),
  };
}

async function readPath(path: string): Promise<Result<SourceTexts, Unreadable>> {
  try {
    const entry = await stat(path);
    return entry.isDirectory() ? await readFolder(path) : await readFiles([path]);
  } catch (thrown) {
    return err({ path, message: messageOf((thrown as NodeJS.ErrnoException).code) });
  }
}

/** Schemas for editors and variables of Terraform, as `./hopmint init` writes them, are not chain files. */
const isChainFileName = (name: string): boolean =>
  /\.(ya?ml|json)$/i.test(name) && !/\.(schema|tfvars)\.json$/i.test(name) && !name.startsWith('.');

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
  return ok({ texts, generation: String(changedMs), writtenAt: new Date(changedMs) });
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
