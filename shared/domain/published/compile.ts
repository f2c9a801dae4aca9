import { canonicalJson, sha256 } from '../basics/canonical.ts';
import type { Chain, ChainFile } from '../chain/chain.ts';
import type { SourceText } from '../chain/chain-file-version.ts';
import { digestOf } from '../chain/definition.ts';
import { type OperatorPause, prefixOf } from './header.ts';

export type CompileOptions = {
  /** The texts that the file was parsed from. */
  readonly sources: readonly SourceText[];
  /** The git commit that the texts are in. */
  readonly commit?: string;
  readonly pauses: readonly OperatorPause[];
};

/**
 * The published form of a chain file: JSON Lines. The first line is the header, each other line is one chain. Equal files give equal
 * texts.
 *
 * The digest covers every byte after it, the rest of the header included.
 */
export function compile(file: ChainFile, { sources, commit, pauses }: CompileOptions): string {
  const { chains, ...settings } = file;
  const indices = new Map(sources.map(({ path }, i) => [path, i]));
  const lineOf = ({ source, ...chain }: Chain): string =>
    canonicalJson({
      ...chain,
      digest: digestOf(chain, file.caller),
      ...(source && { source: [indices.get(source.path) ?? 0, source.line] }),
    });
  const header = canonicalJson({
    settings,
    chainCount: chains.length,
    sources,
    ...(commit !== undefined && { commit }),
    pauses: [...pauses].sort((a, b) => (a.chain < b.chain ? -1 : 1)),
  });
  const covered = `,${header.slice(1)}\n${chains.map((chain) => `${lineOf(chain)}\n`).join('')}`;
  return prefixOf(sha256(covered)) + covered;
}

/** The operator's pauses that the next published file keeps: those that have not ended, of chains that still exist. */
export function remainingPauses(
  file: ChainFile,
  pauses: readonly OperatorPause[],
  now: Date,
): OperatorPause[] {
  const names = new Set(file.chains.map(({ name }) => name));
  return pauses.filter(({ chain, until }) => names.has(chain) && now < until);
}

/** A chain file with the operator's pauses. Of two pauses of one chain the longer one counts. */
export function withPauses(file: ChainFile, pauses: readonly OperatorPause[]): ChainFile {
  if (pauses.length === 0) return file;
  const pauseOf = new Map(pauses.map(({ chain, ...pause }) => [chain, pause]));
  const chains = file.chains.map((chain) => {
    const pause = pauseOf.get(chain.name);
    return pause && (!chain.paused || chain.paused.until < pause.until)
      ? { ...chain, paused: pause }
      : chain;
  });
  return { ...file, chains };
}
