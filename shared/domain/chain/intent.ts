import type { Chain, ChainFile } from './chain.ts';
import type { ChainFileVersion } from './chain-file-version.ts';
import { digestOf } from './definition.ts';

/** A chain file that was read, with its version and the digest of each definition. */
export type Intent = {
  readonly file: ChainFile;
  readonly version: ChainFileVersion;
  /** The digest of each chain's definition, by the chain's name. */
  readonly digests: ReadonlyMap<string, string>;
  readonly byName: ReadonlyMap<string, Chain>;
};

/** Reads the chain file, at most once a minute. `fresh` looks for a newer version at once. */
export type ReadIntent = (options?: { readonly fresh: boolean }) => Promise<Intent>;

/** @param digests computed if they are not given: that takes a while for 100,000 chains */
export function intentOf(
  file: ChainFile,
  version: ChainFileVersion,
  digests: ReadonlyMap<string, string> = digestsOf(file),
): Intent {
  const byName = new Map(file.chains.map((chain) => [chain.name, chain]));
  return { file, version, digests, byName };
}

const digestsOf = ({ chains, caller }: ChainFile): Map<string, string> =>
  new Map(chains.map((chain) => [chain.name, digestOf(chain, caller)]));

/** The chain of that name, if the digest of its definition is `digest`. */
export const chainHeldBy = (intent: Intent, name: string, digest: string): Chain | undefined =>
  intent.digests.get(name) === digest ? intent.byName.get(name) : undefined;
