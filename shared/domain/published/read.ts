import { createHash, type Hash } from 'node:crypto';
import { err, ok, type Result } from '../basics/result.ts';
import { isAccount } from '../chain/account.ts';
import type { Chain, ChainFile } from '../chain/chain.ts';
import type { SourceText } from '../chain/chain-file-version.ts';
import {
  digestIn,
  FORMAT_VERSION,
  formatOf,
  Header,
  type OperatorPause,
  PREFIX_LENGTH,
} from './header.ts';
import { sharing } from './share.ts';

/** A published file after its digest was checked. */
export type Published = {
  readonly digest: string;
  /** As people wrote it, without the operator's pauses: see `withPauses`. */
  readonly file: ChainFile;
  /** The digest of each chain's definition, by name. */
  readonly digests: ReadonlyMap<string, string>;
  readonly sources: readonly SourceText[];
  readonly commit?: string;
  readonly pauses: readonly OperatorPause[];
};

/** A chain as its line has it: dates are texts, and the source is an index and a line. */
type ChainLine = Omit<Chain, 'paused' | 'source'> & {
  readonly digest: string;
  readonly paused?: { readonly until: string; readonly reason: string };
  readonly source?: readonly [index: number, line: number];
};

const AGAIN = 'publish it again with "./hopmint publish"';

/** Reads a published file as its bytes arrive, so that a long file never is in memory as a whole. */
export type PublishedReader = {
  readonly take: (bytes: Uint8Array) => void;
  /** Gives nothing before the digest of all bytes was checked. The error says what to do. */
  readonly end: () => Result<Published, string>;
};

export function publishedReader(): PublishedReader {
  const hash: Hash = createHash('sha256');
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const share = sharing();
  const chains: Chain[] = [];
  const digests = new Map<string, string>();
  let prefix = '';
  let header: string | undefined;
  let rest = '';
  let paths: readonly string[] = [];
  /** What is wrong with a line. It is reported only when the digest fits, or to explain why it does not. */
  let fault: string | undefined;
  let lineNumber = 0;

  const takeChain = (text: string) => {
    let line: ChainLine;
    try {
      line = JSON.parse(text) as ChainLine;
    } catch {
      fault ??= `line ${lineNumber} is not JSON`;
      return;
    }
    try {
      if (![line.target, ...line.delegates].every(isAccount)) {
        fault ??= `line ${lineNumber} names an account that is neither an email nor a unique ID`;
      }
      chains.push(chainOf(line));
    } catch {
      // A line that was edited by hand may have any shape.
      fault ??= `line ${lineNumber} is not a chain`;
      return;
    }
    digests.set(line.name, line.digest);
    if (digests.size < chains.length) fault ??= `line ${lineNumber} repeats a chain`;
  };

  /** An object literal, because an object that is made by spreading takes twice the memory. */
  const chainOf = (line: ChainLine): Chain => {
    const { readers, replication, paused, source } = line;
    return {
      name: line.name,
      delegates: share.accounts(line.delegates),
      target: share.account(line.target),
      credential: share.credential(line.credential),
      secret: line.secret,
      format: line.format,
      rotateEverySeconds: line.rotateEverySeconds,
      retryWindowSeconds: line.retryWindowSeconds,
      minValiditySeconds: line.minValiditySeconds,
      ...(source && { source: { path: paths[source[0]] ?? '', line: source[1] } }),
      ...(readers && { readers: share.other(readers) }),
      ...(replication && { replication: share.other(replication) }),
      ...(paused && { paused: { ...paused, until: new Date(paused.until) } }),
    };
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

  const takeText = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) takeLine(line);
  };

  return {
    take: (bytes) => {
      const missing = PREFIX_LENGTH - prefix.length;
      if (missing > 0) prefix += Buffer.from(bytes.subarray(0, missing)).toString('latin1');
      hash.update(missing > 0 ? bytes.subarray(missing) : bytes);
      takeText(decoder.decode(bytes, { stream: true }));
    },
    end: () => {
      takeText(decoder.decode());
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
      if (!parsed.success) fault ??= 'line 1, the header, is not as "./hopmint publish" writes it';
      else if (parsed.data.chainCount !== chains.length) {
        fault ??= `the header says ${parsed.data.chainCount} chains, and the file has ${chains.length}`;
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
