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

/** What fleets use and cost, side by side, as tables of Markdown: for a terminal, and for a page. */
export function fleetText(estimates: readonly Estimate[]): string {
  const row = (what: string, of: (estimate: Estimate) => string) => [what, ...estimates.map(of)];
  const use = [
    row('projects for secrets, as writes need', ({ use }) => number(use.secretProjects)),
    row('… as whole audits need', ({ use }) => number(use.secretProjectsToAudit)),
    row('installations, as whole audits need', ({ use }) => number(use.installations)),
    row('rotations a minute', ({ use }) => number(use.rotationsPerMinute)),
    row(
      'due a tick in one project, of the room for',
      ({ use }) => `${number(use.duePerTickAndProject)} of ${number(use.roomPerTickAndProject)}`,
    ),
    row(`writes a minute in one project, of ${SECRET_MANAGER_PER_MINUTE}`, ({ use }) =>
      percent(Math.max(...use.cost.projects.map((p) => p.shareOfWriteQuota)), 1),
    ),
    row(`reads a minute in one project, of ${SECRET_MANAGER_PER_MINUTE}`, ({ use }) =>
      percent(
        Math.max(...use.cost.projects.map((p) => p.readsPerMinute)),
        SECRET_MANAGER_PER_MINUTE,
      ),
    ),
    row(`mints a minute, of ${number(MINTS_PER_MINUTE)}`, ({ use }) =>
      percent(use.rotationsPerMinute, MINTS_PER_MINUTE),
    ),
    row('introspections a minute', ({ use }) => number(use.cost.introspectionsPerMinute)),
    row('list calls a tick', ({ use }) => number(use.listCallsPerTick)),
    row('publish calls a tick', ({ use }) => number(use.publishCallsPerTick)),
    row('rotations at once, on average', ({ use }) => number(use.rotationsAtOnce)),
    row('instances of mint, to be done within half a tick', ({ use }) => number(use.mintInstances)),
    row('reads of an audit', ({ use }) => number(use.auditReads)),
    row(`minutes of an audit in one installation, of ${AUDIT_MINUTES}`, ({ use }) =>
      number(use.auditMinutes),
    ),
  ];
  const cost = (estimates[0]?.lines ?? []).map(({ what }, i) =>
    row(what, ({ lines }) => dollars(lines[i]?.dollars ?? 0)),
  );
  const sum = row('**a month**', (estimate) => `**${dollars(estimate.dollars)}**`);
  const each = row(
    'a chain and month',
    (estimate) => `$${(estimate.dollars / estimate.fleet.chains).toFixed(3)}`,
  );
  const head = (what: string) => row(what, ({ fleet }) => `${number(fleet.chains)} chains`);
  return `${table([head('what it uses'), ...use])}\n${table([head('what it costs'), ...cost, sum, each])}\n${pricesOf(estimates)}`;
}

/** The prices that the lines rest on, once each. */
function pricesOf(estimates: readonly Estimate[]): string {
  const prices = new Set(estimates.flatMap(({ lines }) => lines.flatMap((line) => line.prices)));
  const rows = [...prices].map((price) => [
    shown(price),
    unitsOf(price),
    `<${price.page}>`,
    knownBy(price),
  ]);
  return table([['price', 'for', 'stands at', 'known by'], ...rows], '---');
}

/** `$0.03`, and never as a power of ten. */
const shown = ({ dollars }: Price): string =>
  `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 9 })}`;

const unitsOf = ({ count, unit }: Price): string => {
  const binary = { [2 ** 30]: 'GiB', [2 ** 40]: 'TiB' }[count];
  if (binary) return unit.replace('bytes', binary);
  return count === 1 ? unit : `${number(count)} ${unit}`;
};

const knownBy = ({ known, on }: Price): string =>
  ({ page: `its page, ${on}`, quoted: `others who quote it, ${on}`, memory: `memory, ${on}` })[
    known
  ];

/** Figures to the right. */
const table = ([head = [], ...rows]: readonly (readonly string[])[], align = '---:'): string => {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : align))), ...rows.map(line)].join(
    '',
  );
};
