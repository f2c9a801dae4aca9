import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../shared/domain/basics/duration.ts';
import { toJson } from '../../shared/report/json.ts';
import type { Fleet } from './fleet.ts';
import { fleetCostOf } from './fleet-cost.ts';
import { fleetText } from './fleet-text.ts';

// What `npm run scale` runs: an estimate for chains that are not there yet. For those of a chain file there is `hopmint plan --cost`.

const seconds = (text: string): number => {
  const parsed = parseDuration(text);
  if (parsed) return parsed;
  throw new InvalidArgumentError('A duration is a number and a unit, as 90s, 30m or 1h.');
};
const count = (text: string): number => {
  const parsed = Number(text);
  if (Number.isInteger(parsed) && parsed > 0) return parsed;
  throw new InvalidArgumentError('It is a whole number from 1.');
};
const counts = (text: string, before: number[] | undefined): number[] => [
  ...(before ?? []),
  count(text),
];

const { chains, json, ...each } = new Command('npm run scale --')
  .description('what a fleet of chains uses, how near that is to quotas, and what it costs a month')
  .option(
    '--chains <number...>',
    'how many, for each column (default: 100 1000 10000 100000)',
    counts,
  )
  .option('--rotate-every <duration>', 'of each chain', seconds, 1800)
  .option('--tick-every <duration>', 'of the installation', seconds, 60)
  .option('--audit-every <duration>', 'a whole audit', seconds, 1800)
  .option(
    '--read-every <duration>',
    'how often the workloads of one chain read its secret',
    seconds,
    300,
  )
  .option('--writes-per-minute <number>', 'of each project with secrets', count, 540)
  .option('--rotation <duration>', 'how long one rotation takes, waiting included', seconds, 1)
  .option('--concurrency <number>', 'rotations at once in one instance of mint', count, 20)
  .option('--json', 'answer for machines', false)
  .parse()
  .opts<{
    chains?: number[];
    rotateEvery: number;
    tickEvery: number;
    auditEvery: number;
    readEvery: number;
    writesPerMinute: number;
    rotation: number;
    concurrency: number;
    json: boolean;
  }>();

const estimates = (chains ?? [100, 1000, 10_000, 100_000]).map((chains) => {
  const fleet: Fleet = {
    chains,
    rotateEverySeconds: each.rotateEvery,
    tickEverySeconds: each.tickEvery,
    auditEverySeconds: each.auditEvery,
    readEverySeconds: each.readEvery,
    writesPerMinute: each.writesPerMinute,
    rotationSeconds: each.rotation,
    concurrency: each.concurrency,
  };
  return { fleet, ...fleetCostOf(fleet) };
});
process.stdout.write(
  json
    ? toJson(
        estimates.map(({ use: { cost, ...use }, ...rest }) => ({
          ...rest,
          use: { ...use, introspectionsPerMinute: cost.introspectionsPerMinute },
        })),
      )
    : fleetText(estimates),
);
