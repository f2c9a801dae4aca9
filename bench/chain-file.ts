import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Bench,
  bestOf,
  type Figure,
  figureOf,
  type Pair,
  sideBySide,
} from './figures/figure.ts';
import type { Read, Reading } from './measured/chain-reader.ts';
import { type Measured, startProcess } from './processes/process.ts';
import { temporary } from './processes/temporary.ts';
import { chainFileOf } from './worlds/large-fleet.ts';

const FORMS = ['yaml', 'json'] as const;
/** What the others are held against: below it, what a file costs as such weighs more than its chains. */
const BASE = 1_000;
const SIZES = {
  yaml: [BASE, 100, 10_000, 100_000],
  json: [BASE, 100_000], // by the same reader
} as const;
const ROUNDS = 3;
/** A round of growth is the best of so many turns: of the largest files a few, as they cost less a chain and take long. */
const growthTurnsOf = (count: number): number => (count > YARDSTICK_AT_MOST ? 3 : 8);
/** So many chains are read in a turn, in many files or one. */
const CHAINS_A_TURN = 30_000;
/** Larger files are not given to the yardstick: it would take a minute and gigabytes. */
const YARDSTICK_AT_MOST = 10_000;
/** What a function that reads so many is to be given, in MB. */
const MEMORY_MB: Readonly<Record<number, number>> = { 10000: 256, 100000: 1024 };

/** @returns µs of CPU for each chain */
async function cpuOf(measured: Measured, reading: Reading): Promise<number> {
  const before = await measured.usage('collect');
  const { chains } = await measured.ask<Read>(reading);
  const { cpuMs } = await measured.usage();
  return ((cpuMs - before.cpuMs) * 1000) / (chains * reading.times);
}

/** @returns the most that a process has taken that has read the file once, in MB */
async function peakOf(path: string): Promise<number> {
  await using reader = await startProcess(['build/bench/measured/chain-reader.js'], {});
  return (await reader.ask<Read>({ path, times: 1, yardstick: false })).peakMb;
}

async function* measure(directory: string, form: 'yaml' | 'json'): AsyncIterable<Figure> {
  const basePath = join(directory, `${BASE}.${form}`);
  const base = { path: basePath, times: CHAINS_A_TURN / BASE, yardstick: false };
  await using beside = await startProcess(['build/bench/measured/chain-reader.js'], {});
  for (const count of SIZES[form]) {
    const path = join(directory, `${count}.${form}`);
    await writeFile(path, chainFileOf(count, form));
    const of = `chain file of ${count}, ${form}`;
    await using ours = await startProcess(['build/bench/measured/chain-reader.js'], {});
    const times = Math.ceil(Math.min(200, CHAINS_A_TURN / count));
    const bareTimes = Math.max(1, Math.round(times / 10));
    const reading = { path, times, yardstick: false };
    const bare = { path, times: bareTimes, yardstick: true };
    const cost = () => cpuOf(ours, reading);
    const costOfBase = () => cpuOf(beside, base);
    await cost();
    if (count <= YARDSTICK_AT_MOST) {
      await using theirs = await startProcess(['build/bench/measured/chain-reader.js'], {});
      const costOfBare = () => cpuOf(theirs, bare);
      await costOfBare();
      yield figureOf({
        name: `${of}: CPU of a chain`,
        unit: 'µs',
        against: 'yaml.parse, which checks nothing',
        pairs: await sideBySide(ROUNDS, cost, costOfBare),
        budget: 0.35,
      });
    }
    if (count > BASE) {
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
    const memory = MEMORY_MB[count];
    if (memory !== undefined) {
      const pairs: Pair[] = [];
      for (let round = 0; round < ROUNDS; round++) pairs.push([await peakOf(path), memory]);
      yield figureOf({
        name: `${of}: memory at most`,
        unit: 'MB',
        against: 'what a function has',
        pairs,
        budget: 0.75,
      });
    }
  }
}

/** Reading the chain file: text to checked chains with their digests. */
export const bench: Bench = {
  name: 'chain-file',
  async *run() {
    for (const form of FORMS) yield* measure(temporary(), form);
  },
};
