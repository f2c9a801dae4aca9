import Table from 'cli-table3';
import type { Cost } from '../../domain/cost/chains-cost.ts';
import { PRICES } from '../../domain/cost/prices.ts';

const number = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : 0 });
const dollars = (value: number): string => `$${value.toFixed(2)}`;

/** What the chains use and cost, as a table for people. */
export function costText({ projects, ...all }: Cost): string {
  const table = new Table({
    head: ['project', 'chains', 'versions', 'reads/min', 'writes/min', 'of quota', 'a month'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const p of projects) {
    table.push([
      p.project,
      p.chains,
      p.versions,
      number(p.readsPerMinute),
      number(p.writesPerMinute),
      `${number(100 * p.shareOfWriteQuota)} %`,
      dollars(p.dollarsPerMonth),
    ]);
  }
  return [
    table.toString(),
    '',
    `${number(all.mintsPerMinute)} mints a minute of IAM's 60,000 (free), ${number(all.introspectionsPerMinute)} introspections, ${number(all.rotationsPerMonth)} rotations a month.`,
    `${dollars(all.dollarsPerMonth)} a month for versions, at ${dollars(PRICES.version.dollars)} for each version and location; the first 6 of a billing account are free.`,
    `${dollars(all.mintLogDollarsPerMonth)} a month to log these mints and to compare them with the chains, with compare_mints in Terraform.`,
    'Not included: accesses by readers, messages, logs, and the run time of the functions. npm run scale estimates them.',
    '',
  ].join('\n');
}
