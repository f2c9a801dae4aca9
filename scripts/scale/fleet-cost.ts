import { MINUTES_A_MONTH } from '../../shared/domain/cost/chains-cost.ts';
import { PRICES, type Price, unitPriceOf } from '../../shared/domain/cost/prices.ts';
import { AUDIT_MINUTES, type Fleet, readsPerMonth, type Use, useOf } from './fleet.ts';

/** One line of a monthly bill. */
export type CostLine = {
  readonly what: string;
  readonly amount: number;
  readonly unit: string;
  readonly dollars: number;
  readonly prices: readonly Price[];
};

/** The size of an instance in deploy/terraform. */
const VCPU = 1;
const MINT_GIB = 0.5;
const AUDIT_GIB = 1;
/** One run of `fanout`, which lists the secrets of all projects at the same time. */
const TICK_SECONDS = 5;
/** Google counts a message twice, published and delivered, and as 1,000 bytes at least: a mint request is smaller. */
const BYTES_PER_MESSAGE = 2 * 1_000;
/** The line that `mint` logs, and Cloud Run's line about the request. */
const LOG_BYTES_PER_ROTATION = 1_500;
/** One entry of the audit log. Each mint and each read of a payload makes one. */
const AUDIT_LOG_BYTES = 1_500;
/** The job that ticks, and the job that audits. */
const JOBS = 2;

/** The monthly cost of a fleet. It does not subtract free tiers, which are small next to the bill of a large fleet. */
export function fleetCostOf(fleet: Fleet): {
  use: Use;
  lines: readonly CostLine[];
  dollars: number;
} {
  const use = useOf(fleet);
  const rotations = use.cost.rotationsPerMonth;
  const ticks = (MINUTES_A_MONTH * 60) / fleet.tickEverySeconds;
  const audits = (MINUTES_A_MONTH * 60) / fleet.auditEverySeconds;
  const reads = readsPerMonth(fleet);
  const versions = use.cost.projects.reduce((sum, { versions }) => sum + versions, 0);
  const mintSeconds = (rotations * fleet.rotationSeconds) / fleet.concurrency;
  const tickSeconds = ticks * TICK_SECONDS;
  const auditSeconds = audits * Math.min(use.auditMinutes, AUDIT_MINUTES) * 60;
  const runSeconds = mintSeconds + tickSeconds + auditSeconds;
  const gibSeconds = (mintSeconds + tickSeconds) * MINT_GIB + auditSeconds * AUDIT_GIB;
  const requests = rotations + ticks + audits;
  const logBytes = rotations * LOG_BYTES_PER_ROTATION;
  const auditLogBytes = (rotations + reads) * AUDIT_LOG_BYTES;
  const priced = (
    what: string,
    amount: number,
    unit: string,
    ...of: [number, Price][]
  ): CostLine => ({
    what,
    amount,
    unit,
    dollars: of.reduce((sum, [count, price]) => sum + count * unitPriceOf(price), 0),
    prices: of.map(([, price]) => price),
  });
  const lines: CostLine[] = [
    {
      ...priced('Secret Manager: versions', versions, 'versions', [0, PRICES.version]),
      dollars: use.cost.dollarsPerMonth,
    },
    priced('Secret Manager: reads by workloads', reads, 'accesses', [reads, PRICES.access]),
    priced('Pub/Sub', rotations + ticks, 'messages', [
      (rotations + ticks) * BYTES_PER_MESSAGE,
      PRICES.messageByte,
    ]),
    priced('Cloud Scheduler', JOBS, 'jobs', [JOBS, PRICES.job]),
    priced('Cloud Run: requests', requests, 'requests', [requests, PRICES.request]),
    priced(
      'Cloud Run: time',
      runSeconds,
      'instance seconds',
      [runSeconds * VCPU, PRICES.cpuSecond],
      [gibSeconds, PRICES.memorySecond],
    ),
    priced('Logs of the functions', logBytes / 2 ** 30, 'GiB', [logBytes, PRICES.logByte]),
    priced('Data Access logs', auditLogBytes / 2 ** 30, 'GiB', [auditLogBytes, PRICES.logByte]),
  ];
  return { use, lines, dollars: lines.reduce((sum, line) => sum + line.dollars, 0) };
}
