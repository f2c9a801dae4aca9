import { parseArgs } from 'node:util';
import { soak } from './soak.ts';

const USAGE = `npm run soak -- --seed S --weeks W [--chains N]
  S, N  whole numbers; N is 40 without it
  W     above 0, also a fraction: 0.1 is 17 hours`;

function refuse(what: string): never {
  process.stderr.write(`${what}\n${USAGE}\n`);
  process.exit(2);
}

function given(): Record<'seed' | 'weeks' | 'chains', string> {
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

const { seed, weeks, chains } = given();
if (!/^\d+$/.test(seed)) refuse(`--seed ${seed} is no whole number`);
if (!(Number(weeks) > 0 && Number(weeks) < 1000)) refuse(`--weeks ${weeks} is no number of weeks`);
if (!/^[1-9]\d{0,3}$/.test(chains)) refuse(`--chains ${chains} is no number of chains`);
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
row('seconds left for a reader, at worst', Math.round(figures.worstSeconds));
row(
  '  with Google out of reach for too long, or an instance frozen or gone',
  Math.round(figures.worstExcusedSeconds),
);
row('  looks that found too little, for that reason', figures.excused);
row('versions of one secret alive, at most', figures.mostAlive);
row('fingerprint', figures.fingerprint);
row('violations', violations.length);
row('seconds taken', Math.round((performance.now() - startedAt) / 1000));
for (const violation of violations.slice(0, 50)) console.log(`VIOLATED  ${violation}`);
process.exitCode = violations.length > 0 ? 1 : 0;
