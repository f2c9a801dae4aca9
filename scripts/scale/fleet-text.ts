import { SECRET_MANAGER_PER_MINUTE } from '../../shared/domain/cost/chains-cost.ts';
import type { Price } from '../../shared/domain/cost/prices.ts';
import type { Fleet } from './fleet.ts';
import { AUDIT_MINUTES, MINTS_PER_MINUTE } from './fleet.ts';
import type { fleetCostOf } from './fleet-cost.ts';

export type Estimate = { readonly fleet: Fleet } & ReturnType<typeof fleetCostOf>;

const number = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 1 : 0 });
const percent = (part: number, of: number): string => `${number((100 * part) / of)} %`;
const dollars = (value: number): string =>
  `$${value.toLocaleString('en-US', { maximumFractionDigits: 0 })}`;

/** Tables in Markdown, one column for each estimate. A terminal shows them, and docs/deployment/scale.md contains them. */
export function fleetText(estimates: readonly Estimate[]): string {
  const row = (what: string, of: (estimate: Estimate) => string) => [what, ...estimates.map(of)];
  const use = [
    row('projects for secrets, for the write quota', ({ use }) => number(use.secretProjects)),
    row('projects for secrets, for a full audit', ({ use }) => number(use.secretProjectsToAudit)),
    row('installations, for a full audit', ({ use }) => number(use.installations)),
    row('rotations a minute', ({ use }) => number(use.rotationsPerMinute)),
    row(
      'rotations due in one tick and project, of the most allowed',
      ({ use }) => `${number(use.duePerTickAndProject)} of ${number(use.roomPerTickAndProject)}`,
    ),
    row(`writes a minute in one project, of a quota of ${SECRET_MANAGER_PER_MINUTE}`, ({ use }) =>
      percent(Math.max(...use.cost.projects.map((p) => p.shareOfWriteQuota)), 1),
    ),
    row(`reads a minute in one project, of a quota of ${SECRET_MANAGER_PER_MINUTE}`, ({ use }) =>
      percent(
        Math.max(...use.cost.projects.map((p) => p.readsPerMinute)),
        SECRET_MANAGER_PER_MINUTE,
      ),
    ),
    row(`mints a minute, of a quota of ${number(MINTS_PER_MINUTE)}`, ({ use }) =>
      percent(use.rotationsPerMinute, MINTS_PER_MINUTE),
    ),
    row('introspections a minute', ({ use }) => number(use.cost.introspectionsPerMinute)),
    row('list calls in one tick', ({ use }) => number(use.listCallsPerTick)),
    row('publish calls in one tick', ({ use }) => number(use.publishCallsPerTick)),
    row('rotations at once, on average', ({ use }) => number(use.rotationsAtOnce)),
    row('instances of mint, to finish what one tick starts within half a tick', ({ use }) =>
      number(use.mintInstances),
    ),
    row('reads of one full audit', ({ use }) => number(use.auditReads)),
    row(`minutes of one full audit in one installation, of ${AUDIT_MINUTES}`, ({ use }) =>
      number(use.auditMinutes),
    ),
  ];
  const cost = (estimates[0]?.lines ?? []).map(({ what }, i) =>
    row(what, ({ lines }) => dollars(lines[i]?.dollars ?? 0)),
  );
  const sum = row('**a month, all together**', (estimate) => `**${dollars(estimate.dollars)}**`);
  const perChain = row(
    'a month, for each chain',
    (estimate) => `$${(estimate.dollars / estimate.fleet.chains).toFixed(3)}`,
  );
  const head = (what: string) => row(what, ({ fleet }) => `${number(fleet.chains)} chains`);
  return `${table([head('use'), ...use])}\n${table([head('cost'), ...cost, sum, perChain])}\n${pricesOf(estimates)}`;
}

/** Each price that a line of the bill uses, once. */
function pricesOf(estimates: readonly Estimate[]): string {
  const prices = new Set(estimates.flatMap(({ lines }) => lines.flatMap((line) => line.prices)));
  const rows = [...prices].map((price) => [
    dollarsOf(price),
    unitsOf(price),
    `<${price.page}>`,
    sourceOf(price),
  ]);
  return table([['price', 'for', 'page', 'source'], ...rows], '---');
}

/** `$0.0000025`, never `$2.5e-6`. */
const dollarsOf = ({ dollars }: Price): string =>
  `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 9 })}`;

const unitsOf = ({ count, unit }: Price): string => {
  const binary = { [2 ** 30]: 'GiB', [2 ** 40]: 'TiB' }[count];
  if (binary) return unit.replace('bytes', binary);
  return count === 1 ? unit : `${number(count)} ${unit}`;
};

const sourceOf = ({ known, on }: Price): string =>
  ({ page: `the page, ${on}`, quoted: `quoted elsewhere, ${on}`, memory: `from memory, ${on}` })[
    known
  ];

/** @param align the alignment of every column except the first */
const table = ([head = [], ...rows]: readonly (readonly string[])[], align = '---:'): string => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : align))), ...rows.map(line)].join(
    '',
  );
};
