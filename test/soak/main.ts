import { parseArgs } from 'node:util';
import { auditSoak } from './audits/audit-soak.ts';
import { handsSoak } from './hands/hands-soak.ts';
import { soak } from './soak.ts';

const USAGE = `npm run soak -- [--hands | --audit] [--seed S] [--weeks W] [--chains N] [--instances I] [--stale]
  --hands  a person changes the secrets, in place of outages and faults
  --audit  people change policies, and I instances of the audit send alerts, in place of a fleet
  --stale  the audit also reads old policies
  S  a whole number, 1 by default
  W  a number above 0, 1 by default; 0.1 is 17 hours
  N  a whole number from 1 to 9999, 40 by default
  I  a whole number from 1 to 9, 2 by default`;

function refuse(message: string): never {
  process.stderr.write(`${message}\n${USAGE}\n`);
  process.exit(2);
}

function options(): Record<'seed' | 'weeks' | 'chains' | 'instances', string> &
  Record<'hands' | 'audit' | 'stale', boolean> {
  try {
    const { values } = parseArgs({
      options: {
        hands: { type: 'boolean', default: false },
        audit: { type: 'boolean', default: false },
        stale: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        weeks: { type: 'string', default: '1' },
        chains: { type: 'string', default: '40' },
        instances: { type: 'string', default: '2' },
      },
    });
    return values;
  } catch (error) {
    return refuse((error as Error).message);
  }
}

const { hands, audit, stale, seed, weeks, chains, instances } = options();
if (hands && audit) refuse('--hands and --audit are two soaks');
if (!/^\d+$/.test(seed)) refuse(`--seed ${seed} is not a whole number`);
if (!(Number(weeks) > 0 && Number(weeks) < 1000)) {
  refuse(`--weeks ${weeks} is not a number above 0 and below 1000`);
}
if (!/^[1-9]\d{0,3}$/.test(chains)) {
  refuse(`--chains ${chains} is not a whole number from 1 to 9999`);
}
if (!/^[1-9]$/.test(instances)) {
  refuse(`--instances ${instances} is not a whole number from 1 to 9`);
}
const startedAt = performance.now();
const hours = Number(weeks) * 7 * 24;
const row = (name: string, figure: unknown) =>
  console.log(`${String(figure).padStart(10)}  ${name}`);
const progress = (hour: number) => {
  if (process.stderr.isTTY) process.stderr.write(`\rhour ${hour} of ${Math.round(hours)} `);
};
const violations = await (hands ? withHands() : audit ? withAudits() : withFaults());
row('violations', violations.length);
row('seconds taken', Math.round((performance.now() - startedAt) / 1000));
for (const violation of violations.slice(0, 50)) console.log(`VIOLATED  ${violation}`);
process.exitCode = violations.length > 0 ? 1 : 0;

async function withHands(): Promise<readonly string[]> {
  const figures = await handsSoak(Number(seed), hours, Number(chains), progress);
  row('seed', figures.seed);
  row('chains', figures.chains);
  row('hours', Math.round(figures.hours));
  row('rotations', figures.rotations);
  for (const [name, times] of Object.entries(figures.actions).sort()) row(`  ${name}`, times);
  row('changes that no event has reported', figures.eventsLost);
  row('times in which nothing could be minted', figures.denials);
  row('minutes in which a chain had no usable credential', Math.round(figures.brokenMinutes));
  row('versions of a secret an hour after the last change, at most', figures.mostLiveVersions);
  return figures.violations;
}

async function withAudits(): Promise<readonly string[]> {
  const figures = await auditSoak(
    Number(seed),
    hours,
    { instances: Number(instances), isStale: stale },
    progress,
  );
  row('seed', figures.seed);
  row('instances', figures.instances);
  row('hours', figures.hours);
  row('edits', figures.edits);
  row('messages that a finding is open', figures.opened);
  row('messages that a finding is closed', figures.closed);
  for (const [name, times] of Object.entries(figures.troubles).sort()) row(`  ${name}`, times);
  return figures.violations;
}

async function withFaults(): Promise<readonly string[]> {
  const figures = await soak(Number(seed), hours, Number(chains), progress);
  row('seed', figures.seed);
  row('chains', figures.chains);
  row('hours', Math.round(figures.hours));
  row('ticks', figures.ticks);
  row('rotations', figures.rotations);
  row('calls', figures.calls);
  row('reads', figures.reads);
  for (const [name, times] of Object.entries(figures.troubles).sort()) row(`  ${name}`, times);
  row('seconds of validity for a reader, at least', Math.round(figures.leastSeconds));
  row(
    '  when outages or faults left no time for an attempt',
    Math.round(figures.leastExcusedSeconds),
  );
  row('  reads that found too little for that reason', figures.excused);
  row('enabled versions of one secret, at most', figures.mostLiveVersions);
  row('fingerprint', figures.fingerprint);
  return figures.violations;
}
