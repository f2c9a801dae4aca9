import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import { type Fault, parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import type { Exit, Io } from '../terminal/io.ts';

/** The text of a source, or why there is none and what to do. */
export type ReadText = (source: string) => Promise<Result<string, string>>;

const troubleOf = (path: string, code: string | undefined): string => {
  if (code === 'ENOENT') {
    return `there is no such file: write a first one with "./hopmint init", or name another with --file`;
  }
  if (code === 'EISDIR')
    return `this is a directory: name the file in it, as in ${path}/chains.yaml`;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return 'this is not text in UTF-8: save it as that';
  }
  if (code === 'EACCES') return 'this file may not be read: see who owns it';
  return `this file cannot be read (${code ?? 'for no reason given'})`;
};

/** Reads a file, or an object of Cloud Storage, `gs://bucket/object`, with the identity at hand. */
export const readSource =
  (io: Pick<Io, 'env' | 'now' | 'signal'>): ReadText =>
  async (source) => {
    const [, bucket, object] = /^gs:\/\/([^/]+)\/(.+)$/.exec(source) ?? [];
    if (bucket && object) return readObject(bucket, object, io);
    return source.startsWith('gs://')
      ? err('write the bucket and the object, as gs://acme-hopmint/chains.yaml')
      : readPath(source);
  };

async function readObject(
  bucket: string,
  object: string,
  io: Pick<Io, 'env' | 'now' | 'signal'>,
): Promise<Result<string, string>> {
  const { operatorCloud } = await import('./operator.ts');
  const opened = await operatorCloud(io);
  if (!opened.ok) return opened;
  const read = await opened.value.cloud.objects.read(bucket, object, io.signal);
  if (!read.ok) {
    const { detail, permission } = read.error;
    const missing = permission === undefined ? '' : `: ${permission} is missing on the bucket`;
    return err(`this object cannot be read, ${detail}${missing}`);
  }
  return read.value ? ok(read.value.text) : err('there is no such object');
}

const readPath: ReadText = async (path) => {
  try {
    const bytes = await readFile(path);
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    return err(troubleOf(path, (thrown as NodeJS.ErrnoException).code));
  }
};

/** What a source holds: `file` unless a fault is an error. */
export type Read = {
  readonly text: string;
  readonly file?: ChainFile;
  readonly faults: readonly Fault[];
};

/** Reads and parses, and tells nobody. A source that cannot be read has that for its one fault. */
export async function openChains(source: string, now: Date, read: ReadText): Promise<Read> {
  const text = await read(source);
  if (text.ok)
    return {
      text: text.value,
      ...parseChainFiles([{ path: source, text: text.value }], now),
    };
  return {
    text: '',
    faults: [{ source, severity: 'error', line: 1, column: 1, path: '', message: text.error }],
  };
}

/** `chains.yaml:3:7: error: …`, which editors and terminals make a link of. */
export const formatFault = (source: string, { line, column, severity, message }: Fault): string =>
  `${source}:${line}:${column}: ${severity}: ${message}\n`;

/**
 * The chain file, for a command that needs it. Its errors and warnings go to standard error; hints are for `validate`.
 *
 * @returns the exit code when there is no file to go on with
 */
export async function readChains(
  source: string,
  io: Io,
  read: ReadText = readSource(io),
): Promise<Result<{ readonly text: string; readonly file: ChainFile }, Exit>> {
  const { text, file, faults } = await openChains(source, io.now(), read);
  for (const fault of faults) {
    if (fault.severity !== 'hint') io.err(formatFault(source, fault));
  }
  return file ? ok({ text, file }) : err(2);
}
