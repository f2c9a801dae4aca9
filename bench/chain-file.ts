import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHAINS, chainsBucket } from '../test/functions/chains-bucket.ts';
import { MINTER } from '../test/functions/rotation-world.ts';
import {
  type Bench,
  bestOf,
  type Figure,
  figureOf,
  type Pair,
  sideBySide,
} from './figures/figure.ts';
import type { Read, Reading } from './measured/chain-reader.ts';
import { AS_IN_512_MIB } from './memory.ts';
import { FUNCTIONS } from './processes/image.ts';
import { type Measured, startFunction, startProcess } from './processes/process.ts';
import { temporary } from './processes/temporary.ts';
import { openCloud } from './worlds/cloud.ts';
import { identityOf, pushed, send } from './worlds/fleet.ts';
import { publishedOf, yamlOf } from './worlds/large-fleet.ts';

/** The others are compared with this size. In a smaller file, the header weighs more than the chains. */
const BASE = 1_000;
const LARGEST = 100_000;
const SIZES = [100, BASE, 10_000, LARGEST];
const ROUNDS = 3;
/** A round of growth is the best of so many turns: fewer of the largest files, which cost less for each chain and take long. */
const growthTurnsOf = (count: number): number => (count === LARGEST ? 3 : 8);
/** Each turn reads so many chains, in many files or in one. */
const CHAINS_A_TURN = 30_000;
const MEMORY_MB = 200;

const startReader = () => startProcess(['build/bench/measured/chain-reader.js'], {});

/** @returns µs of CPU for each chain */
async function cpuOf(measured: Measured, reading: Reading): Promise<number> {
  const before = await measured.usage('collect');
  const { chains } = await measured.ask<Read>(reading);
  const { cpuMs } = await measured.usage();
  return ((cpuMs - before.cpuMs) * 1000) / (chains * reading.times);
}

const readingOf = (path: string, count: number, as: Reading['as']): Reading => ({
  path,
  times: Math.ceil(Math.min(200, CHAINS_A_TURN / count)),
  as,
});

async function fileWith(count: number): Promise<string> {
  const path = join(temporary(), `${count}.jsonl`);
  await writeFile(path, publishedOf(count));
  return path;
}

async function* published(count: number): AsyncIterable<Figure> {
  const of = `published file of ${count}`;
  const path = await fileWith(count);
  await using ours = await startReader();
  await using theirs = await startReader();
  const cost = () => cpuOf(ours, readingOf(path, count, 'published'));
  const costOfLines = () => cpuOf(theirs, readingOf(path, count, 'lines'));
  await cost();
  await costOfLines();
  yield figureOf({
    name: `${of}: CPU of a chain`,
    unit: 'µs',
    against: 'JSON.parse of its lines, which checks nothing',
    pairs: await sideBySide(ROUNDS, cost, costOfLines),
    budget: 2.5,
  });
  if (count <= BASE) return;
  const basePath = await fileWith(BASE);
  await using base = await startReader();
  const costOfBase = () => cpuOf(base, readingOf(basePath, BASE, 'published'));
  await costOfBase();
  const pairs: Pair[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    pairs.push(bestOf(await sideBySide(growthTurnsOf(count), cost, costOfBase)));
  }
  yield figureOf({
    name: `${of}: growth`,
    unit: 'µs a chain',
    against: `of ${BASE}`,
    pairs,
    budget: 1.15,
  });
}

/** The peak of a new `mint` that reads the file for its first message. */
async function* readByMint(count: number): AsyncIterable<Figure> {
  await using cloud = await openCloud({
    projects: [{ id: 'acme-ops' }],
    accounts: [{ email: MINTER }],
    buckets: [chainsBucket(`serviceAccount:${MINTER}`)],
    objects: [{ ...CHAINS, text: publishedOf(count) }],
  });
  const env = {
    ...AS_IN_512_MIB,
    HOPMINT_CLOUD: cloud.url,
    HOPMINT_CHAINS: `gs://${CHAINS.bucket}/${CHAINS.name}`,
    HOPMINT_PROJECT: 'acme-ops',
    ...(await identityOf(cloud, MINTER)),
  };
  const ofNoChain = pushed({
    chain: 'unknown',
    definition: {},
    digest: '0'.repeat(64),
    replaces: 0,
    notAfter: new Date(Date.now() + 600_000).toISOString(),
    forced: false,
    correlationId: '1',
  });
  const pairs: Pair[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await using mint = await startFunction(FUNCTIONS, 'mint', env);
    await send(mint, ofNoChain);
    pairs.push([(await mint.usage()).peakMb, MEMORY_MB]);
  }
  yield figureOf({
    name: `published file of ${count}: peak memory of mint`,
    unit: 'MB',
    against: 'MB that it may have',
    pairs,
    budget: 1,
  });
}

async function* yaml(count: number): AsyncIterable<Figure> {
  const path = join(temporary(), `${count}.yaml`);
  await writeFile(path, yamlOf(count));
  await using ours = await startReader();
  await using theirs = await startReader();
  const cost = () => cpuOf(ours, { path, times: 5, as: 'yaml' });
  const costOfBare = () => cpuOf(theirs, { path, times: 5, as: 'bare-yaml' });
  await cost();
  await costOfBare();
  yield figureOf({
    name: `chain file of ${count}, yaml, read by the command line: CPU of a chain`,
    unit: 'µs',
    against: 'yaml.parse, which checks nothing',
    pairs: await sideBySide(ROUNDS, cost, costOfBare),
    budget: 3,
  });
}

/** Reading the published file, as the functions do, and the chain file, as the command line does. */
export const bench: Bench = {
  name: 'chain-file',
  async *run() {
    for (const count of SIZES) yield* published(count);
    yield* readByMint(LARGEST);
    yield* yaml(BASE);
  },
};
