import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const USAGE = `npm run soak -- [--seed S] [--weeks W] [--chains N]
  S  a whole number, 1 by default
  W  a number above 0, 1 by default; 0.1 is 17 hours
  N  a whole number from 1 to 9999, 40 by default`;

function refuse(message: string): never {
  process.stderr.write(`${message}\n${USAGE}\n`);
  process.exit(2);
}

function options(): Record<'seed' | 'weeks' | 'chains', string> {
  try {
    const { values } = parseArgs({
      options: {
        seed: { type: 'string', default: '1' },
        weeks: { type: 'string', default: '1' },
        chains: { type: 'string', default: '40' },
      },
    });
    return values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const { seed, weeks, chains } = options();
if (!/^\d+$/.test(seed)) refuse(`--seed ${seed} is not a whole number`);
if (!(Number(weeks) > 0 && Number(weeks) < 1000)) {
  refuse(`--weeks ${weeks} is not a number above 0 and below 1000`);
}
if (!/^[1-9]\d{0,3}$/.test(chains)) {
  refuse(`--chains ${chains} is not a whole number from 1 to 9999`);
}
const startedAt = performance.now();
const hours = Number(weeks) * 7 * 24;
const { violations, troubles, ...figures } = await soak(
  Number(seed),
  hours,
  Number(chains),
  (h) => {
    if (process.stderr.isTTY) process.stderr.write(`\rhour ${h} of ${Math.round(hours)} `);
  },
);
const row = (name: string, figure: unknown) =>
  console.log(`${String(figure).padStart(10)}  ${name}`);
row('seed', figures.seed);
row('chains', figures.chains);
row('hours', Math.round(figures.hours));
row('ticks', figures.ticks);
row('rotations', figures.rotations);
row('calls', figures.calls);
row('reads', figures.reads);
for (const [name, times] of Object.entries(troubles).sort()) row(`  ${name}`, times);
row('seconds of validity for a reader, at least', Math.round(figures.leastSeconds));
row(
  '  when outages or faults left no time for an attempt',
  Math.round(figures.leastExcusedSeconds),
);
row('  reads that found too little for that reason', figures.excused);
row('enabled versions of one secret, at most', figures.mostLiveVersions);
row('fingerprint', figures.fingerprint);
row('violations', violations.length);
row('seconds taken', Math.round((performance.now() - startedAt) / 1000));
for (const violation of violations.slice(0, 50)) console.log(`VIOLATED  ${violation}`);
process.exitCode = violations.length > 0 ? 1 : 0;
