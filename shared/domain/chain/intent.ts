import type { Chain, ChainFile } from './chain.ts';
import { digestOf } from './definition.ts';

/** A chain file as it was read: what is to be, and the digests that say which edition of it. */
export type Intent = {
  readonly file: ChainFile;
  /** SHA-256 of the file's text, in hex. */
  readonly digest: string;
  /** Cloud Storage's generation of the object; for a file, the time of its last change in milliseconds. */
  readonly generation: string;
  /** The digest of each chain's definition, by its name. */
  readonly digests: ReadonlyMap<string, string>;
  readonly byName: ReadonlyMap<string, Chain>;
};

/** Where the intent comes from. It is read anew when it has changed, at most once a minute, or when `fresh` is asked for. */
export type ReadIntent = (options?: { readonly fresh: boolean }) => Promise<Intent>;

export function intentOf(file: ChainFile, digest: string, generation: string): Intent {
  const digests = new Map(file.chains.map((chain) => [chain.name, digestOf(chain, file.caller)]));
  const byName = new Map(file.chains.map((chain) => [chain.name, chain]));
  return { file, digest, generation, digests, byName };
}

/** The chain of that name, if its definition is the one under that digest. */
export const chainHeldBy = (intent: Intent, name: string, digest: string): Chain | undefined =>
  intent.digests.get(name) === digest ? intent.byName.get(name) : undefined;
