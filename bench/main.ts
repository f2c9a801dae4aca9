import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { bench as audit } from './audit.ts';
import { bench as brokenChain } from './broken-chain.ts';
import { bench as certificate } from './certificate.ts';
import { bench as chainFile } from './chain-file.ts';
import { bench as coldStart } from './cold-start.ts';
import { bench as conditions } from './conditions.ts';
import { bench as fanOut } from './fan-out.ts';
import type { Bench, Figure } from './figures/figure.ts';
import { plotsOf } from './figures/plots.ts';
import { markdownOf, tableOf } from './figures/text.ts';
import { bench as loading } from './loading.ts';
import { bench as longestStep } from './longest-step.ts';
import { bench as memory } from './memory.ts';
import { bench as page } from './page.ts';
import { bench as quotas } from './quotas.ts';
import { bench as reader } from './reader.ts';
import { bench as rotationCalls } from './rotation-calls.ts';
import { bench as rotationCpu } from './rotation-cpu.ts';
import { bench as throughput } from './throughput.ts';

/** In the order in which they run and appear in the table. */
const BENCHES: readonly Bench[] = [
  rotationCalls,
  rotationCpu,
  throughput,
  brokenChain,
  reader,
  coldStart,
  loading,
  memory,
  quotas,
  longestStep,
  chainFile,
  fanOut,
  audit,
  certificate,
  conditions,
  page,
];

const USAGE = `npm run bench -- [--only NAME]... [--json | --markdown]
NAME is one of ${BENCHES.map(({ name }) => name).join(', ')}
`;

function parseArguments(): { benches: readonly Bench[]; json: boolean; markdown: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', multiple: true, default: [] },
        json: { type: 'boolean', default: false },
        markdown: { type: 'boolean', default: false },
      },
    });
    const { only, json, markdown } = values;
    const unknownName = only.find((name) => !BENCHES.some((bench) => bench.name === name));
    if (unknownName !== undefined) throw new Error(`no bench has the name ${unknownName}`);
    const benches = BENCHES.filter(({ name }) => only.length === 0 || only.includes(name));
    return { benches, json, markdown };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(2);
  }
}

const { benches, json, markdown } = parseArguments();
const startedAt = performance.now();
const seconds = () => `${Math.round((performance.now() - startedAt) / 1000)} s`;
const figures: Figure[] = [];
for (const bench of benches) {
  process.stderr.write(`${seconds().padStart(6)}  ${bench.name}\n`);
  for await (const figure of bench.run()) {
    figures.push(figure);
    if (json) process.stdout.write(`${JSON.stringify(figure)}\n`);
    else process.stderr.write(`        ${figure.ok ? 'ok' : 'MISSED'}  ${figure.name}\n`);
  }
}
const missed = figures.filter(({ ok }) => !ok);
const machine = `${cpus().length} cores, ${cpus()[0]?.model.trim()}, Node ${process.version}`;
if (markdown) {
  const isComplete = benches.length === BENCHES.length;
  process.stdout.write(`${markdownOf(figures)}\n${isComplete ? `\n${plotsOf(figures)}\n` : ''}`);
} else if (!json) process.stdout.write(`${tableOf(figures)}\n`);
process.stderr.write(
  `${missed.length} of ${figures.length} figures missed their budget, ${seconds()}, ${machine}\n`,
);
process.exitCode = missed.length > 0 ? 1 : 0;
