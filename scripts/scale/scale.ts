import { Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../shared/domain/basics/duration.ts';
import { toJson } from '../../shared/report/json.ts';
import type { Fleet } from './fleet.ts';
import { fleetCostOf } from './fleet-cost.ts';
import { fleetText } from './fleet-text.ts';

// `npm run scale` runs this. It estimates planned chains; `./hopmint plan --cost` estimates the chains of a chain file.

const seconds = (text: string): number => {
  const parsed = parseDuration(text);
  if (parsed) return parsed;
  throw new InvalidArgumentError('Write a number and a unit, such as 90s, 30m or 1h.');
};
const count = (text: string): number => {
  const parsed = Number(text);
  if (Number.isInteger(parsed) && parsed > 0) return parsed;
  throw new InvalidArgumentError('Write a whole number from 1.');
};
const counts = (text: string, before: number[] | undefined): number[] => [
  ...(before ?? []),
  count(text),
];

const { chains, json, ...each } = new Command('npm run scale --')
  .description(
    'Estimate the calls, the shares of quotas and the monthly cost of a fleet of chains.',
  )
  .option(
    '--chains <number...>',
    'chains in the fleet, one number for each column (default: 100 1000 10000 100000)',
    counts,
  )
  .option('--rotate-every <duration>', 'time between two rotations of a chain', seconds, 1800)
  .option('--tick-every <duration>', 'time between two ticks', seconds, 60)
  .option('--audit-every <duration>', 'time between two full audits', seconds, 900)
  .option(
    '--read-every <duration>',
    'time between two reads of one secret, by all its workloads together',
    seconds,
    300,
  )
  .option(
    '--writes-per-minute <number>',
    'writes that Hopmint may make in each project with secrets',
    count,
    540,
  )
  .option('--rotation <duration>', 'duration of one rotation, waiting included', seconds, 1)
  .option('--concurrency <number>', 'rotations that one instance of mint runs at once', count, 20)
  .option('--json', 'print JSON', false)
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
