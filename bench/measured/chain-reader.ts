import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { sha256 } from '../../shared/domain/basics/canonical.js';
import { type Intent, intentOf } from '../../shared/domain/chain/intent.js';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.js';

// Reads a chain file in a process of its own, as a function does: checked, with every digest, and kept.

export type Reading = {
  readonly path: string;
  readonly times: number;
  readonly yardstick: boolean;
};
/** `peakMb`: the most that the process has ever taken. */
export type Read = { readonly chains: number; readonly peakMb: number };

let kept: Intent | undefined;

async function read(path: string): Promise<number> {
  const text = await readFile(path, 'utf8');
  const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], new Date());
  if (!file) throw new Error(faults[0]?.message);
  kept = intentOf(file, {
    digest: sha256(text),
    generation: '1',
    writtenAt: null,
    writtenBy: null,
    commit: null,
    sources: [],
  });
  return kept.digests.size;
}

const bare = async (path: string): Promise<number> =>
  (parse(await readFile(path, 'utf8')) as { chains: unknown[] }).chains.length;

process.on('message', async (message: Reading | string) => {
  if (typeof message === 'string') return;
  const { path, times, yardstick } = message;
  let chains = 0;
  for (let i = 0; i < times; i++) chains = await (yardstick ? bare(path) : read(path));
  const told: Read = { chains, peakMb: process.resourceUsage().maxRSS / 1024 };
  process.send?.(told);
});
