import type { ChainFileVersion } from '../../domain/chain/chain-file-version.ts';

/** One line for people. It shows `writtenBy` as a claim, because nobody checks what the publisher states. */
export function versionText(version: ChainFileVersion): string {
  const { digest, generation, writtenAt, writtenBy, commit } = version;
  const at = writtenAt === null ? '' : `, written at ${writtenAt}`;
  const by = writtenBy === null ? '' : `, by ${writtenBy} as the publisher states`;
  const of = commit === null ? '' : `, commit ${commit.slice(0, 12)}`;
  return `${digest.slice(0, 12)}, generation ${generation}${at}${by}${of}`;
}
