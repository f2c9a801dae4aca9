import type { Figure } from './figure.ts';

/** One chart. Each figure has a bar for its value and a point on the line for its yardstick. */
type Plot = {
  /** At most about fifty letters: a chart cuts off the rest. */
  readonly title: string;
  readonly xAxis?: string;
  readonly unit: string;
  /** The label below each bar, the name of its figure, and a factor for the value. */
  readonly bars: readonly (readonly [label: string, figure: string, factor?: number])[];
};

const SIZES = [100, 1_000, 10_000, 100_000] as const;
const LATENCIES = [5, 50, 200] as const;

const PLOTS: readonly Plot[] = [
  {
    title: 'First event: ours, straightforward function (line)',
    unit: 'ms',
    bars: [
      ['fanout', 'fanout: spawn to first event handled, against straightforward'],
      ['mint', 'mint: spawn to first event handled, against straightforward'],
      ['mint, stored', 'mint: spawn to first credential stored, against straightforward'],
      ['audit, status', 'audit: spawn to first event handled, against straightforward'],
      ['audit, report', 'audit: spawn to first report, against straightforward'],
    ],
  },
  {
    title: 'A rotation, 20 at once: ours, bare loop (line)',
    xAxis: 'latency of a call',
    unit: 'ms',
    bars: LATENCIES.map((ms) => [
      `${ms} ms`,
      `mint: time for each rotation, 20 at once, Google takes ${ms} ms`,
    ]),
  },
  {
    title: 'A tick: ours, straightforward program (line)',
    xAxis: 'chains',
    unit: 'µs of CPU a chain',
    bars: SIZES.map((count) => [String(count), `fan-out of ${count}: CPU of a tick`, 1000 / count]),
  },
];

/** The charts in Mermaid. @throws {Error} when a figure is missing, because nobody would notice a gap in a chart */
export function plotsOf(figures: readonly Figure[]): string {
  const find = (name: string): Figure => {
    const figure = figures.find((each) => each.name === name);
    if (!figure) throw new Error(`no figure has the name ${name}`);
    return figure;
  };
  const rounded = (value: number): number => Number(value.toPrecision(3));
  return PLOTS.map(({ title, xAxis, unit, bars }) => {
    const ours = bars.map(([, name, factor = 1]) => rounded(find(name).value * factor));
    const theirs = bars.map(([, name, factor = 1]) => rounded(find(name).yardstick * factor));
    return [
      '```mermaid',
      'xychart-beta',
      `  title "${title}"`,
      `  x-axis ${xAxis ? `"${xAxis}" ` : ''}[${bars.map(([label]) => `"${label}"`).join(', ')}]`,
      `  y-axis "${unit}" 0 --> ${Math.ceil(Math.max(...ours, ...theirs) * 1.1)}`,
      `  bar [${ours.join(', ')}]`,
      `  line [${theirs.join(', ')}]`,
      '```',
    ].join('\n');
  }).join('\n\n');
}
