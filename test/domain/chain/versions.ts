import type { ChainFileVersion } from '../../../shared/domain/chain/chain-file-version.ts';

/** An example version of a chain file. */
export const versionOf = (part: Partial<ChainFileVersion> = {}): ChainFileVersion => ({
  digest: 'digest',
  generation: '1',
  writtenAt: null,
  writtenBy: null,
  commit: null,
  sources: [],
  ...part,
});
