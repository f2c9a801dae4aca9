import type { Chain, ChainFile } from './chain.ts';
import type { ChainFileVersion } from './chain-file-version.ts';
import { digestOf } from './definition.ts';
import { type Named, named, type Positions, positionsOf } from './named.ts';

/** A chain file that was read, with its version and the digest of each definition. */
export type Intent = {
  readonly file: ChainFile;
  readonly version: ChainFileVersion;
  readonly positions: Positions;
  /** The digest of each chain's definition. */
  readonly digests: Named<string>;
  readonly byName: Named<Chain>;
};

/** Reads the chain file, at most once a minute. `fresh` looks for a newer version at once. */
export type ReadIntent = (options?: { readonly fresh: boolean }) => Promise<Intent>;

/** What was computed of the chains while they were read. That takes a while for 100,000 chains. */
export type Computed = {
  readonly positions: Positions;
  /** In the order of the chains. */
  readonly digests: readonly string[];
};

export function intentOf(
  file: ChainFile,
  version: ChainFileVersion,
  { positions, digests }: Computed = computedOf(file),
): Intent {
  const byName = named(positions, file.chains);
  return { file, version, positions, digests: named(positions, digests), byName };
}

const computedOf = ({ chains, caller }: ChainFile): Computed => ({
  positions: positionsOf(chains),
  digests: chains.map((chain) => digestOf(chain, caller)),
});

/** The chain of that name, if the digest of its definition is `digest`. */
export const chainHeldBy = (intent: Intent, name: string, digest: string): Chain | undefined =>
  intent.digests.get(name) === digest ? intent.byName.get(name) : undefined;
