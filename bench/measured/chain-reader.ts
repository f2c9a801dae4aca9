import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.js';
import { readChains } from './read-chains.js';

// Reads a chain file in its own process, and keeps the result in memory.

export type ReadJob = {
  readonly path: string;
  readonly times: number;
  /**
   * `published`: as a function reads a published file. `lines`: only `JSON.parse` of each line. `yaml`: as the command line reads a
   * chain file. `bare-yaml`: only `yaml.parse`.
   */
  readonly as: 'published' | 'lines' | 'yaml' | 'bare-yaml';
};
/** The number of chains in the file. */
export type ReadResult = { readonly chains: number };

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

/** The last result. It is kept so that the measured memory includes it. */
let lastRead: unknown;

/** @returns the number of chains */
async function read({ path, as }: ReadJob): Promise<number> {
  if (as === 'lines') {
    const values = await readLines(path);
    lastRead = values;
    return values.length - 1; // the first line is the header
  }
  if (as === 'published') {
    const intent = await readChains(path);
    lastRead = intent;
    return intent.file.chains.length;
  }
  const text = await readFile(path, 'utf8');
  if (as === 'bare-yaml') {
    lastRead = parse(text);
    return (lastRead as { chains: unknown[] }).chains.length;
  }
  const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], new Date());
  lastRead = file;
  if (!file) throw new Error(faults[0]?.message);
  return file.chains.length;
}

process.on('message', async (message: ReadJob | string) => {
  if (typeof message === 'string') return;
  let chains = 0;
  for (let i = 0; i < message.times; i++) chains = await read(message);
  const result: ReadResult = { chains };
  process.send?.(result);
});
