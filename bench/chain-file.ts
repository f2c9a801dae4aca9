import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Read, Reading } from './chain-reader.ts';
import { type Bench, type Figure, figureOf, type Pair } from './figure.ts';
import { chainFileOf } from './large-fleet.ts';
import { type Measured, startProcess } from './process.ts';

const FORMS = ['yaml', 'json'] as const;
/** What the others are held against: below it, what a file costs as such weighs more than its chains. */
const BASE = 1_000;
const SIZES = [100, BASE, 10_000, 100_000] as const;
const ROUNDS = 5;
/** So many chains are read in a round, in many files or one. */
const CHAINS_A_ROUND = 100_000;
/** Larger files are not given to the yardstick: it would take a minute and gigabytes. */
const YARDSTICK_AT_MOST = 10_000;
/** What `fanout` and `mint` may take of a machine, in MB. */
const MEMORY_MB = 512;

/** @returns µs of CPU for each chain */
async function cpuOf(measured: Measured, reading: Reading): Promise<number> {
  const before = await measured.usage('collect');
  const { chains } = await measured.ask<Read>(reading);
  const { cpuMs } = await measured.usage();
  return ((cpuMs - before.cpuMs) * 1000) / (chains * reading.times);
}

async function* measure(directory: string, form: 'yaml' | 'json'): AsyncIterable<Figure> {
  let base: readonly number[] = [];
  for (const count of [BASE, ...SIZES.filter((size) => size !== BASE)]) {
    const path = join(directory, `${count}.${form}`);
    await writeFile(path, chainFileOf(count, form));
    const of = `chain file of ${count}, ${form}`;
    await using ours = await startProcess(['build/bench/chain-reader.js'], {});
    await using theirs = await startProcess(['build/bench/chain-reader.js'], {});
    const first = await ours.ask<Read>({ path, times: 1, yardstick: false });
    const times = Math.max(1, Math.min(200, CHAINS_A_ROUND / count));
    const bareTimes = Math.max(1, Math.round(times / 10));
    const reading = { path, times, yardstick: false };
    const bare = { path, times: bareTimes, yardstick: true };
    const isCompared = count <= YARDSTICK_AT_MOST;
    await cpuOf(ours, reading);
    if (isCompared) await cpuOf(theirs, bare);
    const pairs: Pair[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const mine = await cpuOf(ours, reading);
      pairs.push([mine, isCompared ? await cpuOf(theirs, bare) : Number.NaN]);
    }
    if (count === BASE) base = pairs.map(([mine]) => mine);
    if (isCompared) {
      yield figureOf({
        name: `${of}: CPU of a chain`,
        unit: 'µs',
        against: 'yaml.parse, which checks nothing',
        pairs,
        budget: 0.7,
      });
    }
    if (count > BASE) {
      yield figureOf({
        name: `${of}: growth`,
        unit: 'µs a chain',
        against: `of ${BASE}`,
        pairs: pairs.map(([mine], i) => [mine, base[i] ?? Number.NaN]),
        budget: 1.15,
      });
    }
    if (count >= 10_000) {
      yield figureOf({
        name: `${of}: memory at most`,
        unit: 'MB',
        against: 'what a function has',
        pairs: [[first.peakMb, MEMORY_MB]],
        budget: 1,
      });
    }
  }
}

/** Reading the chain file: text to checked chains with their digests. */
export const bench: Bench = {
  name: 'chain-file',
  async *run() {
    const directory = await mkdtemp(join(tmpdir(), 'hopmint-bench-'));
    try {
      for (const form of FORMS) yield* measure(directory, form);
    } finally {
      await rm(directory, { recursive: true });
    }
  },
};
