import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.js';
import { readChains } from './read-chains.js';

// Reads a chain file in a process of its own, and keeps it.

export type Reading = {
  readonly path: string;
  readonly times: number;
  /** `published`: as a function reads it. `lines`: `JSON.parse` of each line and no more. `yaml`: as the command line reads it. `bare-yaml`: `yaml.parse` and no more. */
  readonly as: 'published' | 'lines' | 'yaml' | 'bare-yaml';
};
export type Read = { readonly chains: number };

async function readLines(path: string): Promise<unknown[]> {
  const decoder = new TextDecoder();
  const values: unknown[] = [];
  let rest = '';
  for await (const piece of createReadStream(path)) {
    const lines = (rest + decoder.decode(piece as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) values.push(JSON.parse(line));
  }
  return values;
}

/** What was read last: memory counts with it. */
let kept: unknown;

async function read({ path, as }: Reading): Promise<number> {
  if (as === 'lines') {
    const values = await readLines(path);
    kept = values;
    return values.length - 1;
  }
  if (as === 'published') {
    const intent = await readChains(path);
    kept = intent;
    return intent.digests.size;
  }
  const text = await readFile(path, 'utf8');
  if (as === 'bare-yaml') {
    kept = parse(text);
    return (kept as { chains: unknown[] }).chains.length;
  }
  const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], new Date());
  kept = file;
  if (!file) throw new Error(faults[0]?.message);
  return file.chains.length;
}

process.on('message', async (message: Reading | string) => {
  if (typeof message === 'string') return;
  let chains = 0;
  for (let i = 0; i < message.times; i++) chains = await read(message);
  process.send?.({ chains, isKept: kept !== undefined });
});
