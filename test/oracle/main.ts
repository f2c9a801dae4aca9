import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { PLANTS } from './compare/plants.ts';
import { runWorlds } from './run-worlds.ts';
import { type Scenario, writtenFile } from './scenario/scenario.ts';

const USAGE = `npm run oracle -- [--seed S] [--worlds N] [--plant HOLE]
  S     a whole number, 1 by default
  N     a whole number, 200 by default
  HOLE  takes something out of each report, to show that the oracle finds it: ${Object.keys(PLANTS).join(', ')}`;

function refuse(message: string): never {
  process.stderr.write(`${message}\n${USAGE}\n`);
  process.exit(2);
}
function options() {
  try {
    return parseArgs({
      options: {
        seed: { type: 'string', default: '1' },
        worlds: { type: 'string', default: '200' },
        plant: { type: 'string' },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const { seed, worlds, plant: hole } = options();
if (!/^\d+$/.test(seed)) refuse(`--seed ${seed} is not a whole number`);
if (!/^[1-9]\d*$/.test(worlds)) refuse(`--worlds ${worlds} is not a whole number above 0`);
const plant = hole === undefined ? undefined : PLANTS[hole];
if (hole !== undefined && !plant) refuse(`There is no hole ${hole} to plant`);

const startedAt = performance.now();
const result = await runWorlds({
  seed: Number(seed),
  worlds: Number(worlds),
  depth: { instants: 12, everyCall: true, performed: 4, ...(plant && { plant }) },
  progress(done) {
    if (process.stderr.isTTY) process.stderr.write(`\rworld ${done} of ${worlds} `);
  },
});
const seconds = (performance.now() - startedAt) / 1000;

for (const { kind, text, world, scenario } of result.smallest.values()) {
  console.log(`\n# DISAGREEMENT in world ${world} of seed ${seed}: ${kind}\n# ${text}`);
  console.log(`# The world, for \`./hopmint local --seed FILE\`:\n${filesOf(scenario)}`);
}
const row = (name: string, figure: unknown) =>
  console.log(`${String(figure).padStart(10)}  ${name}`);
console.log('');
row('worlds', result.worlds);
row('worlds in a second', (result.worlds / seconds).toFixed(1));
for (const [name, count] of Object.entries(result.counts)) row(name, count);
for (const [name, count] of Object.entries(result.missing)) {
  row(`times the local cloud could not yet: ${name}`, count);
}
for (const [kind, count] of [...result.kinds].sort(([, a], [, b]) => b - a)) {
  row(`DISAGREEMENT: ${kind}`, count);
}
process.exitCode = result.kinds.size > 0 ? 1 : 0;

/** The world and the chain file as YAML, without what is empty. */
function filesOf({ world, file }: Scenario): string {
  const entries = Object.entries(world).filter(
    ([, part]) => !Array.isArray(part) || part.length > 0,
  );
  const yaml = (content: object) =>
    stringify(content, { lineWidth: 160, aliasDuplicateObjects: false });
  return `${yaml(Object.fromEntries(entries))}# chains.yaml:\n${yaml(writtenFile(file))}`;
}
