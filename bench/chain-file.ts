import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChainFile } from '../shared/domain/chain/chain.ts';
import { CHAINS, CHAINS_URL, chainsBucket } from '../test/functions/chains-bucket.ts';
import { MINTER } from '../test/functions/rotation-world.ts';
import {
  type Bench,
  bestOf,
  type Figure,
  figureOf,
  type Pair,
  sideBySide,
} from './figures/figure.ts';
import type { ReadJob, ReadResult } from './measured/chain-reader.ts';
import { AS_IN_512_MIB } from './memory.ts';
import { FUNCTIONS } from './processes/image.ts';
import { type MeasuredProcess, startFunction, startProcess } from './processes/process.ts';
import { temporary } from './processes/temporary.ts';
import { openCloud } from './worlds/cloud.ts';
import { identityOf, pushed, send } from './worlds/fleet.ts';
import {
  changeAll,
  changeOne,
  fileOf,
  publishedOf,
  publishedTextOf,
  yamlOf,
} from './worlds/large-fleet.ts';

/** The CPU of a chain in larger files is compared with the CPU of a chain in a file of this size. In a smaller file the header is expensive. */
const BASE = 1_000;
const LARGEST = 100_000;
const SIZES = [100, BASE, 10_000, LARGEST];
const ROUNDS = 3;
/** A round of growth is the best of its turns. A turn of the largest file takes long, so there are fewer. */
const growthTurnsOf = (count: number): number => (count === LARGEST ? 3 : 8);
/** A turn reads a file again until it has read about this many chains. */
const CHAINS_A_TURN = 30_000;
const MAX_READS_A_TURN = 200;
/** The greatest accepted peak of `mint`. */
const MEMORY_MB = 200;

const startReader = () => startProcess(['build/bench/measured/chain-reader.js'], {});

/** @returns the CPU for each chain, in µs */
async function cpuOf(reader: MeasuredProcess, job: ReadJob): Promise<number> {
  const before = await reader.usage('collect');
  const { chains } = await reader.ask<ReadResult>(job);
  const { cpuMs } = await reader.usage();
  return ((cpuMs - before.cpuMs) * 1000) / (chains * job.times);
}

/** A turn. */
const turnOf = (path: string, count: number, as: ReadJob['as']): ReadJob => ({
  path,
  times: Math.ceil(Math.min(MAX_READS_A_TURN, CHAINS_A_TURN / count)),
  as,
});

/** Writes a published file of `count` chains. @returns its path */
async function writePublished(count: number): Promise<string> {
  const path = join(temporary(), `${count}.jsonl`);
  await writeFile(path, publishedOf(count));
  return path;
}

async function* readPublished(count: number): AsyncIterable<Figure> {
  const of = `published file of ${count}`;
  const path = await writePublished(count);
  await using ours = await startReader();
  await using theirs = await startReader();
  const cost = () => cpuOf(ours, turnOf(path, count, 'published'));
  const costOfLines = () => cpuOf(theirs, turnOf(path, count, 'lines'));
  await cost();
  await costOfLines();
  yield figureOf({
    name: `${of}: CPU of a chain`,
    unit: 'µs',
    against: 'JSON.parse of each line, without checks',
    pairs: await sideBySide(ROUNDS, cost, costOfLines),
    budget: 2.5,
  });
  if (count <= BASE) return;
  const basePath = await writePublished(BASE);
  await using base = await startReader();
  const costOfBase = () => cpuOf(base, turnOf(basePath, BASE, 'published'));
  await costOfBase();
  const pairs: Pair[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    pairs.push(bestOf(await sideBySide(growthTurnsOf(count), cost, costOfBase)));
  }
  yield figureOf({
    name: `${of}: growth`,
    unit: 'µs for each chain',
    against: `published file of ${BASE}`,
    pairs,
    budget: 1.15,
  });
}

/**
 * The peak memory of a new instance of `mint`, which reads the file for its first message, and then two newer generations. The message is
 * for a chain that no file has, so `mint` looks for a newer generation each time.
 */
async function* readByMint(count: number): AsyncIterable<Figure> {
  const file = fileOf(count);
  const changedOnce = changeOne(file);
  // The worlds are texts before the cloud starts. While this process makes a text, it would not see that a connection has ended.
  const generations = [
    { when: '', world: worldWith(file) },
    { when: ', after one chain has changed', world: worldWith(changedOnce) },
    { when: ', after all chains have changed', world: worldWith(changeAll(changedOnce)) },
  ];
  await using cloud = await openCloud({
    projects: [{ id: 'acme-ops' }],
    accounts: [{ email: MINTER }],
    buckets: [chainsBucket(`serviceAccount:${MINTER}`)],
  });
  const env = {
    ...AS_IN_512_MIB,
    HOPMINT_CLOUD: cloud.url,
    HOPMINT_CHAINS: CHAINS_URL,
    HOPMINT_PROJECT: 'acme-ops',
    ...(await identityOf(cloud, MINTER)),
  };
  const peaks: Pair[][] = generations.map(() => []);
  for (let round = 0; round < ROUNDS; round++) {
    await using mint = await startFunction(FUNCTIONS, 'mint', env);
    for (const [i, { world }] of generations.entries()) {
      await cloud.seed(world);
      await send(mint, messageForUnknownChain());
      peaks[i]?.push([(await mint.usage()).peakMb, MEMORY_MB]);
    }
  }
  for (const [i, { when }] of generations.entries()) {
    yield figureOf({
      name: `published file of ${count}: peak memory of mint${when}`,
      unit: 'MB',
      against: 'the limit',
      pairs: peaks[i] ?? [],
      budget: 1,
    });
  }
}

/** A world that is merged, so that the file becomes the newest generation. */
const worldWith = (file: ChainFile): string =>
  JSON.stringify({ accounts: [], objects: [{ ...CHAINS, text: publishedTextOf(file) }] });

const messageForUnknownChain = () =>
  pushed({
    chain: 'unknown',
    definition: {},
    digest: '0'.repeat(64),
    replaces: 0,
    notAfter: new Date(Date.now() + 600_000).toISOString(),
    correlationId: '1',
  });

async function* readYaml(count: number): AsyncIterable<Figure> {
  const path = join(temporary(), `${count}.yaml`);
  await writeFile(path, yamlOf(count));
  await using ours = await startReader();
  await using theirs = await startReader();
  const cost = () => cpuOf(ours, { path, times: 5, as: 'yaml' });
  const costOfParse = () => cpuOf(theirs, { path, times: 5, as: 'bare-yaml' });
  await cost();
  await costOfParse();
  yield figureOf({
    name: `YAML chain file of ${count}, read by the command line: CPU of a chain`,
    unit: 'µs',
    against: 'yaml.parse, without checks',
    pairs: await sideBySide(ROUNDS, cost, costOfParse),
    budget: 3,
  });
}

/** The functions read the published file. The command line reads the chain file. */
export const bench: Bench = {
  name: 'chain-file',
  async *run() {
    for (const count of SIZES) yield* readPublished(count);
    yield* readByMint(LARGEST);
    yield* readYaml(BASE);
  },
};
