import { sha256 } from '../../shared/domain/basics/canonical.ts';
import { err, ok, type Result } from '../../shared/domain/basics/result.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import type { ChainFileVersion, SourceText } from '../../shared/domain/chain/chain-file-version.ts';
import {
  type ChainFileText,
  type Fault,
  parseChainFiles,
} from '../../shared/domain/chain-file/parse.ts';
import { withPauses } from '../../shared/domain/published/compile.ts';
import { isPublished } from '../../shared/domain/published/header.ts';
import { readPublished } from '../../shared/domain/published/read.ts';
import type { Exit, Io } from '../terminal/io.ts';
import { type ReadSource, readSource, type SourceTexts } from './source.ts';

/** A chain file without errors. */
export type OpenedFile = {
  /** Includes the operator's pauses if the source is a published file. */
  readonly file: ChainFile;
  /** The texts that people wrote. */
  readonly sources: readonly SourceText[];
  /** Which version of the chain file this is, for reports. */
  readonly version: ChainFileVersion;
  /** The source is a published file and not the YAML or JSON that people write. */
  readonly isPublished: boolean;
};

/** Reads and parses a source, and prints nothing. A source that cannot be read gives one fault. */
export async function openSource(
  source: string,
  now: Date,
  read: ReadSource,
): Promise<{ readonly opened?: OpenedFile; readonly faults: readonly Fault[] }> {
  const got = await read(source);
  if (!got.ok) return { faults: [firstLineFault(got.error.path, got.error.message)] };
  const { texts } = got.value;
  const [only] = texts;
  if (only && texts.length === 1 && isPublished(only.text)) return openPublished(only, got.value);
  const { file, faults } = parseChainFiles(texts, now);
  if (!file) return { faults };
  const sources = texts.map(({ path, text }) => ({ path, sha256: sha256(text) }));
  const version = { ...versionOf(got.value), digest: digestOf(sources), commit: null, sources };
  return { opened: { file, sources, version, isPublished: false }, faults };
}

function openPublished({ path, text }: ChainFileText, source: SourceTexts) {
  const published = readPublished(text);
  if (!published.ok) return { faults: [firstLineFault(path, published.error)] };
  const { file, sources, pauses, digest, commit = null } = published.value;
  const opened = {
    file: withPauses(file, pauses),
    sources,
    version: { ...versionOf(source), digest, commit, sources },
    isPublished: true,
  };
  return { opened, faults: [] };
}

const versionOf = ({ generation, writtenAt, writtenBy }: SourceTexts) => ({
  generation,
  writtenAt: writtenAt?.toISOString() ?? null,
  writtenBy: writtenBy ?? null,
});

const digestOf = (sources: readonly SourceText[]): string => {
  const [only, ...others] = sources;
  return only && others.length === 0
    ? only.sha256
    : sha256(sources.map((source) => `${source.path} ${source.sha256}\n`).join(''));
};

const firstLineFault = (source: string, message: string): Fault => ({
  source,
  severity: 'error',
  line: 1,
  column: 1,
  path: '',
  message,
});

/** `chains.yaml:3:7: error: …`: editors and terminals turn it into a link. */
export const formatFault = ({ source, line, column, severity, message }: Fault): string =>
  `${source}:${line}:${column}: ${severity}: ${message}\n`;

/**
 * Gives the chain file to a command that needs it. Prints errors and warnings to standard error. Only `validate` prints hints.
 *
 * @returns the exit code if the file has an error
 */
export async function readChainFile(
  source: string,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Result<OpenedFile, Exit>> {
  const { opened, faults } = await openSource(source, io.now(), read);
  for (const fault of faults) if (fault.severity !== 'hint') io.err(formatFault(fault));
  return opened ? ok(opened) : err(2);
}
