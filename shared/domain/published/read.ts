import { createHash, type Hash } from 'node:crypto';
import { lineReader } from '../basics/lines.ts';
import { err, ok, type Result } from '../basics/result.ts';
import type { Chain, ChainFile } from '../chain/chain.ts';
import type { SourceText } from '../chain/chain-file-version.ts';
import { type Positions, positionsOf } from '../chain/named.ts';
import { type ChainLine, faultOfLine } from './chain-line.ts';
import { type Before, chainsOf } from './chains-of.ts';
import {
  digestIn,
  FORMAT_VERSION,
  formatOf,
  Header,
  type OperatorPause,
  PREFIX_LENGTH,
} from './header.ts';

/** A published file after its digest was checked. */
export type Published = {
  readonly digest: string;
  /** As people wrote it, without the operator's pauses: see `withPauses`. */
  readonly file: ChainFile;
  readonly positions: Positions;
  /** The digest of each chain's definition, in the order of the chains. */
  readonly digests: readonly string[];
  readonly sources: readonly SourceText[];
  readonly commit?: string;
  readonly pauses: readonly OperatorPause[];
};

const AGAIN = 'publish it again with "./hopmint publish"';

/** Reads a published file as its bytes arrive, so that a long file never is in memory as a whole. */
export type PublishedReader = {
  readonly take: (bytes: Uint8Array) => void;
  /** Gives nothing before the digest of all bytes was checked. The error says what to do. */
  readonly end: () => Result<Published, string>;
};

/** @param before the chains in force. What is equal in the new file becomes the same object, so that two files fit into memory. */
export function publishedReader(before?: Before): PublishedReader {
  const hash: Hash = createHash('sha256');
  const { chainOf, digestOf } = chainsOf(before);
  const chains: Chain[] = [];
  const digests: string[] = [];
  let prefix = '';
  let header: string | undefined;
  let paths: readonly string[] = [];
  /** What is wrong with a line. It is reported only when the digest fits, or to explain why it does not. */
  let fault: string | undefined;
  let lineNumber = 0;

  const takeChain = (text: string) => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      fault ??= `line ${lineNumber} is not JSON`;
      return;
    }
    const wrong = faultOfLine(value, paths.length);
    if (wrong !== undefined) {
      fault ??= `line ${lineNumber}${wrong}`;
      return;
    }
    const line = value as ChainLine;
    chains.push(chainOf(line, paths));
    digests.push(digestOf(line));
  };

  const takeLine = (text: string) => {
    lineNumber++;
    if (header !== undefined) return takeChain(text);
    header = text;
    try {
      paths = (JSON.parse(text) as { sources: SourceText[] }).sources.map(({ path }) => path);
    } catch {
      fault ??= 'line 1, the header, is not JSON';
    }
  };

  const lines = lineReader(takeLine);

  return {
    take: (bytes) => {
      const missing = PREFIX_LENGTH - prefix.length;
      if (missing > 0) prefix += Buffer.from(bytes.subarray(0, missing)).toString('latin1');
      hash.update(missing > 0 ? bytes.subarray(missing) : bytes);
      lines.take(bytes);
    },
    end: () => {
      const rest = lines.end();
      const format = formatOf(prefix);
      if (format === undefined) {
        return err(`this is not a published chain file. ${capital(AGAIN)}`);
      }
      if (format !== String(FORMAT_VERSION)) {
        return err(
          `this chain file has the format ${JSON.stringify(format)}, and this version of Hopmint reads the format ${FORMAT_VERSION}: use the same version of Hopmint here and where you publish, then ${AGAIN}`,
        );
      }
      if (rest !== '') fault ??= `line ${lineNumber + 1} does not end: the file was cut off`;
      const parsed = Header.safeParse(jsonOf(header ?? ''));
      if (!parsed.success) {
        const [issue] = parsed.error.issues;
        const place = issue?.path.length ? `: see ${issue.path.join('.')}` : '';
        fault ??= `line 1, the header, is not as "./hopmint publish" writes it${place}`;
      } else if (parsed.data.chainCount !== chains.length) {
        fault ??= `the header says ${parsed.data.chainCount} chains, and the file has ${chains.length}`;
      }
      const positions = positionsOf(chains, before?.positions);
      if (positions.size < chains.length) {
        const repeated = chains.find(({ name }, i) => positions.get(name) !== i);
        fault ??= `two lines have a chain with the name ${JSON.stringify(repeated?.name)}`;
      }
      const digest = digestIn(prefix);
      if (digest !== hash.digest('hex')) {
        const detail = fault === undefined ? '' : ` (${fault})`;
        return err(
          `the digest in line 1 does not fit the content${detail}: somebody edited the file, or it was cut off. Change the chain file instead, and ${AGAIN}`,
        );
      }
      if (fault !== undefined || !parsed.success) return err(`${fault}: ${AGAIN}`);
      const { settings, sources, commit, pauses } = parsed.data;
      return ok({
        digest,
        file: { ...settings, chains },
        positions,
        digests,
        sources,
        ...(commit !== undefined && { commit }),
        pauses,
      });
    },
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** The same for a file that is in memory as a whole. */
export function readPublished(file: string | Uint8Array): Result<Published, string> {
  const reader = publishedReader();
  reader.take(typeof file === 'string' ? Buffer.from(file) : file);
  return reader.end();
}
