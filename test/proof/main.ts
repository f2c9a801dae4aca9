import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { NOW } from '../oracle/scenario/names.ts';
import { compare } from './compare.ts';
import { provable } from './scenario.ts';
import { tryMutations } from './try-mutations.ts';

const USAGE = `npm run proof -- [--seed S] [--worlds N] [--instants I] [--mutations M]
  S  a whole number, 1 by default
  N  how many random worlds, 200 by default: in each one, everybody tries everything
  I  at how many random instants of the week besides now, 1 by default
  M  how many changed certificates, 1000 by default`;

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
        instants: { type: 'string', default: '1' },
        mutations: { type: 'string', default: '1000' },
      },
    }).values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}
const given = Object.entries(options()).map(([name, text]) => {
  if (!/^\d+$/.test(text)) refuse(`--${name} ${text} is not a whole number`);
  return [name, Number(text)] as const;
});
const { seed = 1, worlds = 0, instants = 0, mutations = 0 } = Object.fromEntries(given);

const WEEK_MS = 7 * 86_400_000;
/** Worlds are drawn in batches, so that the memory does not grow with their number. */
const BATCH = 100;
const KEPT = 200;

const startedAt = performance.now();
const sums = { gained: 0, certain: 0, possible: 0, possibleAndGained: 0 };
const certificates = [];
let differences = 0;
for (let batch = 0; batch * BATCH < worlds; batch++) {
  const parameters = {
    seed: seed * 100_003 + batch,
    numRuns: Math.min(BATCH, worlds - batch * BATCH),
  };
  const offsets = fc.sample(
    fc.array(fc.nat(WEEK_MS - 1), { minLength: instants, maxLength: instants }),
    parameters,
  );
  for (const [i, scenario] of fc.sample(provable, parameters).entries()) {
    const at = [NOW, ...(offsets[i] ?? []).map((offset) => NOW + offset)];
    const { found, certificate, ...counts } = await compare(scenario, at);
    for (const name of ['gained', 'certain', 'possible', 'possibleAndGained'] as const)
      sums[name] += counts[name];
    if (certificates.length < KEPT) certificates.push(certificate);
    if (found.length > 0 && differences++ < 5) {
      console.log(
        `\n# DIFFERENCE in world ${batch * BATCH + i} of seed ${seed}:\n# ${found.join('\n# ')}`,
      );
      console.log(stringify(scenario, { lineWidth: 160, aliasDuplicateObjects: false }));
    }
    if (process.stderr.isTTY)
      process.stderr.write(`\rworld ${batch * BATCH + i + 1} of ${worlds} `);
  }
}
const { rejected, trueElsewhere, wrong, changes } = tryMutations(certificates, mutations, seed);
for (const sentence of wrong) console.log(`# WRONG: ${sentence}`);

const row = (figure: unknown, name: string) =>
  console.log(`${String(figure).padStart(10)}  ${name}`);
row(worlds, `worlds, at ${instants + 1} instants each`);
row(sums.gained, 'credentials that somebody got by trying everything');
row(sums.certain, 'members of sets who surely get one');
row(sums.possible, `members of sets who perhaps get one, of which ${sums.possibleAndGained} did`);
row(differences, 'worlds in which a set and the brute force differ');
row(
  [...changes.values()].reduce((sum, count) => sum + count, 0),
  `changed certificates, by ${changes.size} kinds of change`,
);
row(rejected, 'of them rejected');
row(
  trueElsewhere,
  'of them with a new digest true for another cloud, another time or another chain file',
);
row(wrong.length, 'of them wrongly accepted or rejected');
row(((performance.now() - startedAt) / 1000).toFixed(0), 'seconds');
process.exitCode = differences + wrong.length > 0 ? 1 : 0;
